package input

import (
	"fmt"
	"io"
	"io/fs"
	"path"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
)

// Templates are the names of the templates in an assembly, the folder cdk.out that cdk synth writes, with those of the stages
// in it. An error says why the folder is none: it has no readable manifest.json.
func Templates(assembly fs.FS) ([]string, error) {
	return templatesIn(assembly, ".", 0)
}

const maxStages = 10 // nested in each other

func templatesIn(assembly fs.FS, dir string, depth int) ([]string, error) {
	manifest, err := readManifest(assembly, path.Join(dir, "manifest.json"))
	if err != nil {
		return nil, err
	}
	var names []string
	for _, artifact := range membersOf(manifest.Member("artifacts")) {
		properties := artifact.Value.Member("properties")
		switch file, stage := memberText(properties, "templateFile"), memberText(properties, "directoryName"); {
		case memberText(artifact.Value, "type") == "aws:cloudformation:stack" && file != "":
			names = append(names, path.Join(dir, file))
		case memberText(artifact.Value, "type") == "cdk:cloud-assembly" && stage != "" && depth < maxStages:
			inner, err := templatesIn(assembly, path.Join(dir, stage), depth+1)
			if err != nil {
				return nil, err
			}
			names = append(names, inner...)
		}
	}
	return names, nil
}

func readManifest(assembly fs.FS, name string) (*document.Node, error) {
	file, err := assembly.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read the cdk assembly: %w", err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, document.MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read the cdk assembly: %w", err)
	}
	root, findings := document.Parse(name, data)
	if errs := diag.Errors(findings); len(errs) > 0 {
		return nil, fmt.Errorf("read the cdk assembly: %s", errs[0])
	}
	return root, nil
}
