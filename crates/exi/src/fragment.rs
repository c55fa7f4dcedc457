//! EXI fragments: single elements on their own, which is what ISO 15118 signs.

use crate::bits::Writer;
use crate::{EncodeError, HEADER};

/// The fragment grammar of a schema: one event code for each element name in it, and one for the end of the fragment.
pub(crate) struct FragmentGrammar {
    /// The bits of an event code.
    pub(crate) width: u32,
    /// The code of the end.
    pub(crate) end: u32,
}

impl FragmentGrammar {
    /// Writes the fragment of an element.
    pub(crate) fn write(
        &self,
        element: u32,
        content: impl FnOnce(&mut Writer) -> Result<(), EncodeError>,
    ) -> Result<Vec<u8>, EncodeError> {
        let mut writer = Writer::new();
        writer.bits(HEADER, 8);
        writer.bits(element, self.width);
        content(&mut writer)?;
        writer.bits(self.end, self.width);
        Ok(writer.finish())
    }
}
