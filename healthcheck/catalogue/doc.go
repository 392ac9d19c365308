// Package catalogue holds the proof of package healthcheck: a test that drives the causes of the catalogue through real containers on
// the engine, and one that shows good checks to every rule.
//
// Each row of its tables breaks a check in one way, runs it beside a small application, and wants the cause told, as sure as it can be,
// from what the engine reported. Where a repair is printed, the repaired definition runs too and must do what it should. The package is
// its tests; it imports nothing.
package catalogue
