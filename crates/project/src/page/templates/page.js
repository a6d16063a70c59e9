"use strict";
(() => {
  const root = document.documentElement;
  const at = (id) => document.getElementById(id);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const store = {
    get(name) { try { return localStorage.getItem(name); } catch { return null; } },
    set(name, value) { try { localStorage.setItem(name, value); } catch { /* private windows keep nothing */ } },
  };

  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = store.get("schemist-theme");
  if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;
  const turn = () => {
    const now = root.dataset.theme || (dark.matches ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
    store.set("schemist-theme", root.dataset.theme);
  };
  at("theme").addEventListener("click", turn);

  const RANKS = { notice: 1, warning: 2, danger: 3 };
  const value = (id) => (at(id) ? at(id).value : "");
  const texts = new WeakMap();
  const text = (element) => {
    if (!texts.has(element)) texts.set(element, element.textContent.toLowerCase());
    return texts.get(element);
  };
  const filter = () => {
    const words = value("find").trim().toLowerCase();
    const dialect = value("dialect");
    const least = RANKS[value("severity")] || 0;
    const kind = value("kind");
    let shown = 0;
    for (const part of all("[data-dialect]")) {
      const severe = (RANKS[part.dataset.severity] || 0) >= least || part.dataset.severity === undefined;
      part.hidden = (dialect && !part.dataset.dialect.split(" ").includes(dialect)) || !severe;
    }
    for (const change of all("[data-kind]")) {
      change.hidden = Boolean(kind && change.dataset.kind !== kind) || Boolean(words && !text(change).includes(words));
    }
    for (const group of all("[data-group]")) {
      group.hidden = !group.querySelector("[data-kind]:not([hidden])");
    }
    for (const revision of all(".revision")) {
      const parts = all(".dialect", revision);
      const left = parts.length === 0 ? !dialect && !least : parts.some((part) => !part.hidden);
      revision.hidden = !left || Boolean(words && !text(revision).includes(words));
      if (!revision.hidden) shown += 1;
      if (dialect || least || words) for (const part of parts) if (!part.hidden) part.open = true;
    }
    const count = all(".revision").length;
    const filtered = Boolean(words || dialect || least || kind);
    if (at("found")) at("found").textContent = filtered ? `${shown} of ${count} revisions` : "";
    if (at("nothing")) at("nothing").hidden = shown > 0 || count === 0;
  };
  const bar = at("bar");
  if (bar) {
    bar.addEventListener("input", filter);
    bar.addEventListener("change", filter);
    bar.addEventListener("submit", (event) => event.preventDefault());
    // Browsers keep what was typed when a page is opened again.
    filter();
  }
  if (at("clear")) at("clear").addEventListener("click", () => { bar.reset(); filter(); at("find").focus(); });

  const help = at("help");
  const ask = () => { if (help && !help.open) help.showModal(); };
  if (at("keys")) at("keys").addEventListener("click", ask);

  const step = (by) => {
    const stops = all("[data-stop]").filter((stop) => stop.getClientRects().length > 0);
    if (stops.length === 0) return;
    const here = stops.findIndex((stop) => stop === document.activeElement || stop.contains(document.activeElement));
    const next = here < 0 ? (by > 0 ? 0 : stops.length - 1) : Math.min(Math.max(here + by, 0), stops.length - 1);
    stops[next].focus({ preventScroll: true });
    stops[next].scrollIntoView({ block: "start" });
  };
  const unfold = () => {
    const parts = all(".dialect").filter((part) => !part.hidden);
    const open = parts.some((part) => !part.open);
    for (const part of parts) part.open = open;
  };
  const keys = { j: () => step(1), k: () => step(-1), "?": ask, t: turn, o: unfold, "/": () => { if (at("find")) at("find").focus(); } };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || (help && help.open)) return;
    const typing = event.target instanceof Element && event.target.closest("input, select, textarea");
    if (typing) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const action = keys[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });

  const arrive = () => {
    const target = location.hash.length > 1 ? at(decodeURIComponent(location.hash.slice(1))) : null;
    if (!target) return;
    if (target.hidden && bar) { bar.reset(); filter(); }
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "start" });
  };
  addEventListener("hashchange", arrive);

  // What is folded is printed too.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = all("details:not([open])");
    for (const part of folded) part.open = true;
  });
  addEventListener("afterprint", () => { for (const part of folded) part.open = false; });
})();
