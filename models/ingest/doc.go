// Package ingest takes clinical feeds in: it reads what a source sends, finds out
// whose it is, holds what is not certain, withholds what may not be shared, and
// keeps the rest as items of one person, each with where it came from.
//
// Nothing is guessed and nothing is dropped in silence: every resource read is
// stored, unchanged, withheld, held or quarantined, and the receipt says which.
// The order in which messages arrive does not matter; replays and old versions
// change nothing (trust.md T23 to T27, R-18).
package ingest
