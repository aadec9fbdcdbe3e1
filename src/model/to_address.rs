//! The types that name an election.

use std::borrow::Cow;

use super::{Address, AddressError};

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Address {}
    impl Sealed for str {}
    impl Sealed for String {}
    impl<T: Sealed + ?Sized> Sealed for &T {}
}

/// A type that names an election: an [`Address`], or its text.
///
/// ```
/// use hustings::model::{Address, ToAddress};
/// let address: Address = "italy/1992".parse()?;
/// assert_eq!(*"italy/1992".to_address()?, address);
/// assert_eq!(*address.to_address()?, address);
/// # Ok::<(), hustings::model::AddressError>(())
/// ```
pub trait ToAddress: sealed::Sealed {
    /// Returns the address.
    ///
    /// # Errors
    /// When the text is not an address.
    fn to_address(&self) -> Result<Cow<'_, Address>, AddressError>;
}

impl ToAddress for Address {
    fn to_address(&self) -> Result<Cow<'_, Address>, AddressError> {
        Ok(Cow::Borrowed(self))
    }
}

impl ToAddress for str {
    fn to_address(&self) -> Result<Cow<'_, Address>, AddressError> {
        self.parse().map(Cow::Owned)
    }
}

impl ToAddress for String {
    fn to_address(&self) -> Result<Cow<'_, Address>, AddressError> {
        self.as_str().to_address()
    }
}

impl<T: ToAddress + ?Sized> ToAddress for &T {
    fn to_address(&self) -> Result<Cow<'_, Address>, AddressError> {
        (**self).to_address()
    }
}
