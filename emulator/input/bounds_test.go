package input

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
	"github.com/rogpeppe/go-internal/txtar"
)

// TestHostileFilesEnd reads files that grow when they are worked out. Each must end soon, with something said.
func TestHostileFilesEnd(t *testing.T) {
	t.Parallel()
	task := "  T: {Type: AWS::ECS::TaskDefinition, Properties: {Family: %s, ContainerDefinitions: [%s]}}\n"
	doubling := "Resources:\n" + fmt.Sprintf(task, "!Ref L0", "")
	for i := range 60 {
		doubling += fmt.Sprintf("  L%d: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !Sub '${L%d}${L%d}'}}\n", i, i+1, i+1)
	}
	doubling += "  L60: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: aaaaaaaa}}\n"
	lists := "Mappings: {M: {a: {b: [" + strings.Repeat("x, ", 1000) + "x]}}}\nResources:\n" +
		fmt.Sprintf(task, "x", strings.Repeat("!FindInMap [M, a, b], ", 1000)+"x")
	loops := "Resources:\n  T:\n    Type: AWS::ECS::TaskDefinition\n    Properties:\n"
	for i := range 8 {
		loops += strings.Repeat("  ", i+3) + fmt.Sprintf("Fn::ForEach::L%d: [V%d, [0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15], {'K${V%d}': {\n", i, i, i)
	}
	loops += "a: 1" + strings.Repeat("}}]", 8) + "\n"
	conditions := "Conditions:\n  C0: !Equals [a, a]\n"
	for i := range 300 {
		conditions += fmt.Sprintf("  C%d: !And [!Condition C%d, !Condition C%d]\n", i+1, i, i)
	}
	conditions += "Resources:\n" + fmt.Sprintf(task, "!If [C300, a, b]", "")
	many := "{\"Parameters\": {"
	for i := range 40_000 {
		many += fmt.Sprintf("\"P%d\": {}, ", i)
	}
	many += "\"P\": {}}, \"Resources\": {\"T\": {\"Type\": \"AWS::ECS::TaskDefinition\", \"Properties\": {\"C\": [" + strings.Repeat("{\"Ref\": \"P1\"}, ", 40_000) + "1]}}}}"
	for name, file := range map[string]string{
		"many parameters":       many,
		"doubling names":        doubling,
		"lists of lists":        lists,
		"loops in loops":        loops,
		"deep conditions":       conditions,
		"unclosed placeholders": `{"family": ` + strings.Repeat("${", 400_000),
		"unclosed calls":        `{"family": ` + strings.Repeat("{{ ", 300_000),
		"placeholders in text":  `{"family": "` + strings.Repeat("${", 400_000) + `"}`,
		"a param everywhere":    `{"family": "a", "containerDefinitions": [{"command": ["` + strings.Repeat("${long}", 100_000) + `"]}]}`,
		"calls in text":         `{"family": "` + strings.Repeat("{{ a `", 100_000) + `"}`,
		"deep list":             strings.Repeat("[", 5000),
		"long join":             "Resources:\n" + fmt.Sprintf(task, "!Join ["+strings.Repeat("y", 100_000)+", !Split [x, "+strings.Repeat("x", 100_000)+"]]", ""),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			found, findings := Read("t", []byte(file), Options{Params: map[string]string{"long": strings.Repeat("z", 10_000)}})
			if took := time.Since(start); took > 30*time.Second { // a second or so on an idle machine
				t.Errorf("took %v", took)
			}
			if len(found) == 0 && len(diag.Errors(findings)) == 0 {
				t.Error("nothing was read and nothing was said")
			}
			for _, f := range found {
				if n := count(f.Root); n > 2*document.MaxValues {
					t.Errorf("%d values", n)
				}
			}
		})
	}
}

func count(n *document.Node) int {
	sum := 1
	for _, m := range n.Members {
		sum += count(m.Value)
	}
	for _, item := range n.Items {
		sum += count(item)
	}
	return sum
}

func FuzzRead(f *testing.F) {
	archives, _ := filepath.Glob("testdata/*.txtar")
	for _, name := range archives {
		if data, err := os.ReadFile(name); err == nil {
			f.Add(txtar.Parse(data).Files[0].Data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		found, findings := Read("f", data, Options{EnvSubst: len(data)%2 == 0, Params: map[string]string{"name": "x", "Given": "1"}})
		if len(found) == 0 && len(findings) == 0 {
			t.Error("nothing was read and nothing was said")
		}
		for _, one := range found {
			taskdef.Decode(one.Root)
		}
		for _, f := range findings {
			if f.Line < 0 || f.Column < 0 {
				t.Errorf("place %v", f.Position)
			}
		}
	})
}
