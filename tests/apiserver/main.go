// The API server of Kubernetes, as its own project builds it. The tests of the cluster collector
// run against it; `cargo xtask test` builds it where KUBEBUILDER_ASSETS names no other.
package main

import (
	"os"

	"k8s.io/component-base/cli"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

func main() {
	os.Exit(cli.Run(app.NewAPIServerCommand()))
}
