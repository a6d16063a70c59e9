//! Reading live PostgreSQL databases: what is read, made again and read again is the same.
#![cfg(test)]

mod check;
mod dependency;
mod law;
mod secret;
mod session;
mod unmanaged;
