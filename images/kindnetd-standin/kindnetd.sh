#!/bin/bash
# Stands in for kindnetd where its image can't be pulled, under the same contract (kind v0.33.0,
# pkg/build/nodeimage/const_cni.go): HOST_IP, POD_IP and POD_SUBNET in the environment, /etc/cni/net.d and
# /run/xtables.lock mounted, a service account that may list nodes.
#
# What it does as kindnetd does: the CNI configuration (ptp, host-local, portmap), one route to each other node's
# pod CIDR, and the chain KIND-MASQ-AGENT. What it does not: NetworkPolicy.
set -euo pipefail

account=/var/run/secrets/kubernetes.io/serviceaccount
conflist=/etc/cni/net.d/10-kindnet.conflist
log() { echo "$(date -u +%FT%TZ) $*" >&2; }

# Brackets: an IPv6 address in a URL. The token is read anew: the kubelet replaces it. Until kube-proxy has its rules
# nothing answers at the Service's address, and a connection that is dropped on the way must not hold us up.
api() {
  local host=$KUBERNETES_SERVICE_HOST
  [[ $host == *:* ]] && host="[$host]"
  curl --fail --silent --show-error --connect-timeout 1 --max-time 10 \
    --cacert "$account/ca.crt" \
    --header "Authorization: Bearer $(<"$account/token")" "https://$host:$KUBERNETES_SERVICE_PORT$1"
}

# The node's pod CIDRs become one host-local range and one default route for each address family.
write_conflist() {
  local cidrs=$1 mtu temporary
  mtu=$(</sys/class/net/eth0/mtu) # the nodes' interface on the Docker network
  temporary=$(mktemp /etc/cni/net.d/.kindnet.XXXXXX)
  jq --null-input --argjson cidrs "$cidrs" --argjson mtu "$mtu" '{
    cniVersion: "0.3.1",
    name: "kindnet",
    plugins: [
      { type: "ptp", ipMasq: false, mtu: $mtu,
        ipam: {
          type: "host-local", dataDir: "/run/cni-ipam-state",
          routes: [$cidrs[] | { dst: (if contains(":") then "::/0" else "0.0.0.0/0" end) }],
          ranges: [$cidrs[] | [{ subnet: . }]] } },
      { type: "portmap", capabilities: { portMappings: true } } ] }' >"$temporary"
  chmod 0644 "$temporary"
  if ! cmp --silent "$temporary" "$conflist"; then
    mv "$temporary" "$conflist"
    log "wrote $conflist for $cidrs"
  else
    rm "$temporary"
  fi
}

# One line a route: POD_CIDR NODE_ADDRESS, both of one family.
peer_routes() {
  jq --raw-output --arg self "$self" '
    def family: if contains(":") then 6 else 4 end;
    .items[] | select(.metadata.name != $self)
    | [.status.addresses[] | select(.type == "InternalIP") | .address] as $addresses
    | (.spec.podCIDRs // [])[] as $cidr
    | ($addresses[] | select(family == ($cidr | family))) as $via
    | "\($cidr) \($via)"'
}

sync_routes() {
  local cidr via
  while read -r cidr via; do
    if [[ $cidr == *:* ]]; then ip -6 route replace "$cidr" via "$via"; else ip route replace "$cidr" via "$via"; fi
  done
}

# Traffic that leaves the pods' network gets the node's address; between pods nothing is rewritten.
masquerade() {
  local iptables=("$1" -w -t nat) subnet=$2
  "${iptables[@]}" -N KIND-MASQ-AGENT 2>/dev/null || true # it is there after a restart
  ensure -I KIND-MASQ-AGENT -d "$subnet" -m comment \
    --comment "kind-masq-agent: local traffic is not subject to MASQUERADE" -j RETURN
  ensure -A KIND-MASQ-AGENT -m comment \
    --comment "kind-masq-agent: outbound traffic is subject to MASQUERADE (must be last in chain)" -j MASQUERADE
  ensure -A POSTROUTING -m addrtype ! --dst-type LOCAL -m comment \
    --comment "kind-masq-agent: ensure nat POSTROUTING directs all non-LOCAL destination traffic to our custom KIND-MASQ-AGENT chain" \
    -j KIND-MASQ-AGENT
}

# Adds a rule (-I or -A) that is not there yet.
ensure() {
  local add=$1
  shift
  "${iptables[@]}" -C "$@" 2>/dev/null || "${iptables[@]}" "$add" "$@"
}

self=
# The nodes of a cluster join within seconds of each other; afterwards little changes.
for ((round = 0; ; round++)); do
  if nodes=$(api /api/v1/nodes); then
    if [[ -z $self ]]; then
      self=$(jq --raw-output --arg ip "${HOST_IP%%,*}" \
        '.items[] | select(any(.status.addresses[]; .address == $ip)) | .metadata.name' <<<"$nodes")
      log "node $self, pods in $POD_SUBNET"
    fi
    cidrs=$(jq --compact-output --arg self "$self" \
      '[.items[] | select(.metadata.name == $self) | .spec.podCIDRs // [] | .[]]' <<<"$nodes")
    [[ $cidrs != '[]' ]] && write_conflist "$cidrs"
    peer_routes <<<"$nodes" | sync_routes
    IFS=, read -ra subnets <<<"$POD_SUBNET"
    for subnet in "${subnets[@]}"; do
      if [[ $subnet == *:* ]]; then masquerade ip6tables "$subnet"; else masquerade iptables "$subnet"; fi
    done
  else
    log "the API server does not answer yet"
    sleep 0.3
    continue
  fi
  sleep $((round < 60 ? 2 : 10))
done
