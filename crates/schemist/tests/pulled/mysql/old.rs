use schemist::Model;

#[derive(Debug, Clone, Model)]
#[model(
    options(mysql = "ENGINE=MyISAM DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci")
)]
pub struct Old {
    #[column(primary_key)]
    pub id: i32,
}
