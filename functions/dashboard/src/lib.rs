//! Pages for the brand and its creators.
