//! A client for every party of an OPNC ecosystem, and what a car does with the messages.
