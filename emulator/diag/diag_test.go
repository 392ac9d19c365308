package diag

import "testing"

func TestNearest(t *testing.T) {
	names := []string{"healthCheck", "image", "memory", "memoryReservation", "links"}
	for word, want := range map[string]string{
		"healthcheck": "healthCheck", "imgae": "image", "Memory": "memory", "memoryReservaton": "memoryReservation", "banana": "", "x": "",
	} {
		if got := Nearest(word, names); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestPointerRoundTrip(t *testing.T) {
	p := Pointer("/a", 3, "b/c~d")
	if want := "/a/3/b~1c~0d"; p != want {
		t.Fatalf("Pointer = %q, want %q", p, want)
	}
	if got := Tokens(p); len(got) != 3 || got[2] != "b/c~d" {
		t.Fatalf("Tokens = %q", got)
	}
}

func TestSortIsByPlaceThenGravity(t *testing.T) {
	fs := []Finding{
		{Rule: "C", Severity: Info, Position: Position{Line: 2}},
		{Rule: "B", Severity: Warning, Position: Position{Line: 1}},
		{Rule: "A", Severity: Error, Position: Position{Line: 1}},
	}
	Sort(fs)
	if fs[0].Rule != "A" || fs[1].Rule != "B" || fs[2].Rule != "C" {
		t.Fatalf("order: %v", fs)
	}
	if Worst(fs) != Error || Worst(nil) != "" {
		t.Fatalf("Worst: %q, %q", Worst(fs), Worst(nil))
	}
}
