// Package v20170312 stands in for Tencent Cloud's SDK (see tencentcloud-common): every call is refused.
package v20170312

import "errors"

var errLeftOut = errors.New("this flannel was built without the SDK of Tencent Cloud")

type Filter struct {
	Name   *string
	Values []*string
}

type Route struct {
	DestinationCidrBlock *string
	GatewayType          *string
	GatewayId            *string
	RouteId              *uint64
	RouteType            *string
	Enabled              *bool
}

type RouteTable struct {
	RouteTableId *string
	RouteSet     []*Route
}

type (
	DescribeRouteTablesRequest        struct{ Filters []*Filter }
	DescribeRouteTablesResponseParams struct{ RouteTableSet []*RouteTable }
	DescribeRouteTablesResponse       struct {
		Response *DescribeRouteTablesResponseParams
	}
)

type DeleteRoutesRequest struct {
	RouteTableId *string
	Routes       []*Route
}

type CreateRoutesRequest struct {
	RouteTableId *string
	Routes       []*Route
}

type Client struct{}

func NewClientWithSecretId(_, _, _ string) (*Client, error) { return &Client{}, errLeftOut }
func NewDescribeRouteTablesRequest() *DescribeRouteTablesRequest {
	return &DescribeRouteTablesRequest{}
}
func NewDeleteRoutesRequest() *DeleteRoutesRequest { return &DeleteRoutesRequest{} }
func NewCreateRoutesRequest() *CreateRoutesRequest { return &CreateRoutesRequest{} }

func (*Client) DescribeRouteTables(*DescribeRouteTablesRequest) (*DescribeRouteTablesResponse, error) {
	return nil, errLeftOut
}
func (*Client) DeleteRoutes(*DeleteRoutesRequest) (any, error) { return nil, errLeftOut }
func (*Client) CreateRoutes(*CreateRoutesRequest) (any, error) { return nil, errLeftOut }
