//! The open tracking endpoints under /t.
