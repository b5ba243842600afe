//go:build tools

// Package tools names the programs that this module pins. It is never compiled.
package tools

import (
	_ "sigs.k8s.io/cri-tools/cmd/crictl"
)
