#!/usr/bin/env bash
# What a person would write by hand for the core check of 03-nodeport: create, load, apply, ask every node, delete.
# `npm run bench` runs it against `lab run 03-nodeport --until ask-worker2` in turns.
# Usage: baseline.sh KIND KUBECTL NODE_IMAGE WORKLOAD_IMAGE KIND_CONFIG MANIFEST_FOLDER
set -euo pipefail
kind=$1 kubectl=$2 node_image=$3 workload=$4 config=$5 manifests=$6
name=hop-bench-$$
work=$(mktemp -d)
export KUBECONFIG=$work/kubeconfig KIND_EXPERIMENTAL_DOCKER_NETWORK=$name
cleanup() {
  docker rm --force --volumes "$name-client" >/dev/null 2>&1 || true
  "$kind" delete cluster --name "$name" >/dev/null 2>&1
  docker network rm "$name" >/dev/null
  rm -r "$work"
}
trap cleanup EXIT
docker network create --subnet 172.31.85.0/24 "$name" >/dev/null
"$kind" create cluster --name "$name" --image "$node_image" --config "$config" >/dev/null 2>&1
"$kind" load docker-image --name "$name" "$workload" >/dev/null 2>&1
docker run --detach --name "$name-client" --network "$name" --entrypoint sleep "$node_image" infinity >/dev/null
"$kubectl" wait --for=condition=Ready nodes --all --timeout=120s >/dev/null
"$kubectl" apply -f "$manifests/cart.yaml" -f "$manifests/service.yaml" >/dev/null
"$kubectl" rollout status deployment/cart --timeout=120s >/dev/null
for node in $("$kubectl" get nodes -o 'jsonpath={.items[*].status.addresses[?(@.type=="InternalIP")].address}'); do
  # Ready is not programmed: the first answers may be refusals.
  until docker exec "$name-client" curl -sf -m 3 "http://$node:30080/hostname" >/dev/null; do :; done
done
