// Package errors has the type by which flannel knows the SDK's own errors.
package errors

type TencentCloudSDKError struct{ Message string }

func (e *TencentCloudSDKError) Error() string { return e.Message }
