# Runs in a node or client container for one capture: watches its network namespace and those of the named pods,
# sends the probe when told to, and prints what was seen. It is started by `docker exec -i … bash -c`, reads
# commands from standard input, and ends with it. Nothing of it stays: its files lose their names before the
# probe is sent, the tables have an owner (flags owner), and the readers die with this shell (pdeathsig).
#
# What it is told stands in HOP_… variables, see agent.ts. All that is printed is in sections that begin with
# the boundary line.
set -u
shopt -s nullglob

boundary="--$HOP_ID"
table="hop_$HOP_ID"
say() { printf '%s %s\n' "$boundary" "$*"; }
fail() { say failed "$*"; exit 1; }

# Namespaces by index: 0 is the container's own.
names=(self) enter=('')
trace=() events=() errors=() nft=() conntrack=()
jobs=() files=()
cleanup() {
  [[ ${#jobs[@]} -gt 0 ]] && kill "${jobs[@]}" 2>/dev/null
  [[ ${#files[@]} -gt 0 ]] && rm -f "${files[@]}"
}
trap cleanup EXIT

# Opens a file for appending that loses its name before anything is in it; its descriptor is in $unnamed.
open_unnamed() {
  local file="/tmp/$table.$$.${#files[@]}"
  exec {unnamed}>>"$file" || fail "there is no room for a temporary file"
  files+=("$file")
}
# Waits for $1 seconds in this shell: the machine may be slow, and a process a step would make it slower.
exec {idle}<> <(:)
pause() { read -r -t "$1" -u "$idle"; }

# Every pod has its network namespace under /run/netns (containerd), and its own address in it.
find_pods() {
  local pod path name
  local -A at=()
  for path in /run/netns/*; do
    for ip in $(nsenter "--net=$path" ip -br addr 2>/dev/null); do at[${ip%/*}]=$path; done
  done
  for pod in $HOP_PODS; do
    name=${pod%%=*}
    path=${at[${pod#*=}]-}
    if [[ -z $path ]]; then say missing "$name"; continue; fi
    names+=("$name")
    enter+=("nsenter --net=$path")
  done
}

index_of() {
  local i
  for i in "${!names[@]}"; do [[ ${names[i]} == "$1" ]] && { printf %s "$i"; return; }; done
}

# The prober says its source port and address before anything is watched, and sends when it is told.
start_prober() {
  local i
  i=$(index_of "$HOP_ORIGIN")
  [[ -n $i ]] || fail "$HOP_ORIGIN has no network namespace here"
  origin=$i
  open_unnamed; probe_output=$unnamed
  open_unnamed; probe_errors=$unnamed
  exec {to_prober}<> <(:) {from_prober}<> <(:)
  setpriv --pdeathsig KILL ${enter[i]} bash -c "$HOP_PROBER" prober \
    <&"$to_prober" 3>&"$from_prober" >&"$probe_output" 2>&"$probe_errors" &
  prober=$!
  jobs+=("$prober")
  # A read that times out has taken what was there so far.
  local line='' part
  until read -r -t 0.2 -u "$from_prober" part; do
    line+=$part
    kill -0 "$prober" 2>/dev/null || fail "$(cat "/proc/$$/fd/$probe_errors")"
  done
  read -r source_port source_ip <<<"$line$part"
}

# One nft that makes the table and watches it, one conntrack that prints events with our mark.
start_readers() {
  local i=$1 chains=$HOP_CHAINS pipe
  [[ $i == "${origin-}" ]] && chains=${HOP_ORIGIN_CHAINS//@PORT@/$source_port}
  open_unnamed; trace[i]=$unnamed
  open_unnamed; events[i]=$unnamed
  open_unnamed; errors[i]=$unnamed
  exec {pipe}<> <(:)
  printf 'table %s %s { flags owner; %s }\nmonitor trace\n' "$HOP_FAMILY" "$table" "$chains" >&"$pipe"
  setpriv --pdeathsig KILL ${enter[i]} stdbuf -oL nft -a -i \
    <&"$pipe" >&"${trace[i]}" 2>&"${errors[i]}" &
  nft[i]=$!
  setpriv --pdeathsig KILL ${enter[i]} stdbuf -oL conntrack -E -f "$HOP_CT_FAMILY" -m "$HOP_MARK" \
    -o id,timestamp </dev/null >&"${events[i]}" 2>&"${errors[i]}" &
  conntrack[i]=$!
  jobs+=("${nft[i]}" "${conntrack[i]}")
}

# A packet of our own that the table drops at once: when its line is printed, table, subscription and output
# work, and everything before it is printed too. Port 9 says "ready", port 10 "the end".
send_marker() {
  if [[ -z ${enter[$1]} ]]; then echo >"/dev/udp/$HOP_LOOPBACK/$2"; else
    ${enter[$1]} bash -c "echo >/dev/udp/$HOP_LOOPBACK/$2"
  fi 2>/dev/null
}
await_marker() {
  local i=$1 port=$2 deadline=$((SECONDS + 30))
  until [[ $(<"/proc/$$/fd/${trace[i]}") == *" $table out_marker rule "*"udp dport $port "* ]]; do
    if [[ $(<"/proc/$$/fd/${errors[i]}") == *Error* ]] || ! kill -0 "${nft[i]}" 2>/dev/null; then
      fail "nft in ${names[i]}: $(head -c 500 "/proc/$$/fd/${errors[i]}")"
    fi
    ((SECONDS < deadline)) || fail "nft in ${names[i]} did not print marker $port within 30 s"
    send_marker "$i" "$port"
    pause 0.003
  done
}

# Rmem and Drops of the netlink sockets of a process that are subscribed to something (proc_netlink of
# Linux net/netlink/af_netlink.c: sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode).
subscribed() {
  readlink /proc/"$1"/fd/* 2>/dev/null |
    awk 'FNR == NR { if (/^socket/) mine[substr($0, 9, length($0) - 9)]; next }
      $2 == 12 && $4 != "00000000" && $10 in mine { print $5, $9 }' - "/proc/$1/net/netlink" 2>/dev/null
}
await_listening() {
  local deadline=$((SECONDS + 30))
  until [[ -n $(subscribed "${conntrack[$1]}") ]]; do
    kill -0 "${conntrack[$1]}" 2>/dev/null || fail "conntrack in ${names[$1]}: $(cat "/proc/$$/fd/${errors[$1]}")"
    ((SECONDS < deadline)) || fail "conntrack in ${names[$1]} does not listen"
    pause 0.005
  done
}
# It has read everything when its queue is empty and it sleeps.
await_drained() {
  local stat
  while kill -0 "${conntrack[$1]}" 2>/dev/null; do
    stat=$(<"/proc/${conntrack[$1]}/stat")
    [[ ${stat##*) } == S* && $(subscribed "${conntrack[$1]}") == "0 "* ]] && return
    pause 0.002
  done
  fail "conntrack in ${names[$1]} ended before the capture did: $(head -c 500 "/proc/$$/fd/${errors[$1]}")"
}

# kube-proxy's rules may be in the legacy tables, which nft does not trace: then their counters are read before
# and after. The file names the legacy tables of this namespace.
legacy_tables() { cat "/proc/net/$HOP_LEGACY_TABLES" 2>/dev/null; }
legacy_save() { "${HOP_IPTABLES_SAVE/tables/tables-legacy}" -c 2>/dev/null; }
start_legacy() {
  [[ $HOP_KIND == node && $(legacy_tables) == *nat* ]] || return 0
  local saved
  saved=$(legacy_save)
  [[ $saved == *KUBE-SERVICES* ]] && legacy_before=$saved
}

section() { say section "${names[$1]}" "$2"; }

print_namespace() {
  local i=$1 drops
  section "$i" trace
  grep -v " $table out_marker " "/proc/$$/fd/${trace[i]}" | grep -a '^trace id \|^# ' || true
  drops=$2
  [[ -n $drops && $drops != 0 ]] && echo "# ERROR: We lost some netlink events! (the kernel counted $drops)"
  section "$i" events
  cat "/proc/$$/fd/${events[i]}"
  section "$i" addr
  ip ${enter[i]:+-n "${enter[i]##*/}"} -j addr
  grep -q "^trace id .* $table \(pre\|out\)_raw " "/proc/$$/fd/${trace[i]}" || return 0
  section "$i" route
  ip ${enter[i]:+-n "${enter[i]##*/}"} "$HOP_IP_FAMILY" -j route
  section "$i" neigh
  ip ${enter[i]:+-n "${enter[i]##*/}"} "$HOP_IP_FAMILY" -j neigh
  [[ $HOP_KIND == node && $i == 0 ]] || return 0
  section "$i" iptables
  "$HOP_IPTABLES_SAVE" -c
  if [[ -n ${legacy_before-} ]]; then
    section "$i" legacy-before
    echo "$legacy_before"
    section "$i" legacy-after
    legacy_save
  fi
  section "$i" ruleset
  nft -a list ruleset 2>/dev/null
}

stop() {
  local i drops=()
  for i in "${!names[@]}"; do
    await_marker "$i" 10
    await_drained "$i"
    drops[i]=$(subscribed "${nft[i]}" | awk '{ sum += $2 } END { print sum }')
  done
  kill "${jobs[@]}" 2>/dev/null
  wait 2>/dev/null
  jobs=()
  for i in "${!names[@]}"; do print_namespace "$i" "${drops[i]}"; done
  say end
}

[[ -n $HOP_PODS ]] && find_pods
[[ -n $HOP_ORIGIN ]] && start_prober
for i in "${!names[@]}"; do start_readers "$i"; done
rm -f "${files[@]}"
start_legacy
for i in "${!names[@]}"; do await_marker "$i" 9; await_listening "$i"; done
say ready "${source_port-} ${source_ip-}"

while read -r command; do
  case $command in
    probe)
      echo go >&"$to_prober"
      wait "$prober"
      say probed $?
      cat "/proc/$$/fd/$probe_output" "/proc/$$/fd/$probe_errors"
      say answered
      ;;
    stop)
      stop
      exit 0
      ;;
  esac
done
