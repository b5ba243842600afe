// Package common has the names of Tencent Cloud's SDK that flannel's backend for that cloud calls. Not every module
// proxy serves the SDK, and no lab is on that cloud: with these the rest of flannel compiles as it is.
package common

func BoolPtr(v bool) *bool       { return &v }
func StringPtr(v string) *string { return &v }

func StringPtrs(vs []string) []*string {
	pointers := make([]*string, len(vs))
	for i := range vs {
		pointers[i] = &vs[i]
	}
	return pointers
}
