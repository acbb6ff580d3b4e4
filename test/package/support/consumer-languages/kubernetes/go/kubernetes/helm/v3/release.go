// Package helm stands in for the package of this name in the kubernetes provider's SDK, whose import compiles every
// API group of Kubernetes, which takes minutes. Bulwark's SDK names one type of it.
package helm

import (
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

type Release struct {
	pulumi.CustomResourceState
}

type ReleaseOutput struct{ *pulumi.OutputState }

func (ReleaseOutput) ElementType() reflect.Type {
	return reflect.TypeOf((**Release)(nil)).Elem()
}

func init() {
	pulumi.RegisterOutputType(ReleaseOutput{})
}
