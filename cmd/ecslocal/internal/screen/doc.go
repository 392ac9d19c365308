// Package screen shows a run on a terminal: a compact table below the log, which scrolls above it.
//
//	Table   folds events, and says what the table looks like at a size and an instant: pure
//	paint   says what to write so that the terminal shows the next picture instead of the last: pure
//	Screen  is the goroutine that owns the terminal
//
// It knows no task but by its events, and imports package event and the width of characters only.
package screen
