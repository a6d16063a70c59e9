//! Secrets of AWS Secrets Manager, for builds with the feature `aws`.

#[cfg(not(feature = "aws"))]
mod absent;
#[cfg(feature = "aws")]
mod credentials;
#[cfg(feature = "aws")]
mod fetch;
#[cfg(feature = "aws")]
mod sign;

#[cfg(not(feature = "aws"))]
pub(super) use absent::fetch;
#[cfg(feature = "aws")]
pub(super) use fetch::fetch;
