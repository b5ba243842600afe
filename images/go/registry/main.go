// A registry for the test of the pull branch: distribution's own, with storage on disk only. Its usual main package
// (cmd/registry) brings the SDKs of three clouds, which take minutes to compile.
package main

import (
	"github.com/distribution/distribution/v3/registry"
	_ "github.com/distribution/distribution/v3/registry/storage/driver/filesystem"
)

func main() {
	if err := registry.RootCmd.Execute(); err != nil {
		panic(err)
	}
}
