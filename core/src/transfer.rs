//! A whole database as one portable stream of bytes.
