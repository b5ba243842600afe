# Sends the one probe. Says its source port and address on descriptor 3, waits for a line on standard input,
# sends, prints what came back, and exits as curl would: 0 answered, 7 refused, 28 timed out.
set -u

route=$(ip -o "$HOP_IP_FAMILY" route get "$HOP_DESTINATION") || exit 7
[[ $route =~ \ src\ ([^ ]+) ]] || { echo "no route to $HOP_DESTINATION: $route" >&2; exit 7; }
source_ip=${BASH_REMATCH[1]}

# Local ports in use, in hexadecimal; those in TIME_WAIT too.
used() { awk 'FNR > 1 { sub(/.*:/, "", $2); print $2 }' "/proc/net/$1" "/proc/net/${1}6" 2>/dev/null; }

if [[ $HOP_PROTOCOL == tcp ]]; then
  taken=$(used tcp)
  port=$HOP_SOURCE_PORT
  while grep -qx "$(printf %04X "$port")" <<<"$taken"; do port=$((port + 1)); done
  echo "$port $source_ip" >&3
  read -r _ || exit 1
  exec curl --globoff --silent --show-error --insecure --noproxy '*' --output /dev/null \
    --max-time "$HOP_TIMEOUT" --local-port "$port" \
    --write-out '%{http_code} %{local_ip}:%{local_port} -> %{remote_ip}:%{remote_port}\n' "$HOP_URL"
fi

# The kernel chooses the port when the socket is connected, before a packet is sent.
exec {socket}<>"/dev/udp/$HOP_DESTINATION/$HOP_PORT" || exit 7
inode=$(readlink "/proc/self/fd/$socket")
inode=${inode//[^0-9]/}
port=$(awk -v inode="$inode" '$10 == inode { sub(/.*:/, "", $2); print $2 }' /proc/net/udp /proc/net/udp6)
echo "$((16#$port)) $source_ip" >&3
read -r _ || exit 1
# One write is one datagram.
base64 --decode <<<"$HOP_PAYLOAD" >&"$socket"
answer=$(timeout "$HOP_TIMEOUT" dd bs=65536 count=1 status=none <&"$socket" 2>&1 | base64 --wrap=0; exit "${PIPESTATUS[0]}")
case $? in
  0) echo "$(base64 --decode <<<"$answer" | wc -c) bytes $source_ip:$((16#$port)) <- $HOP_DESTINATION:$HOP_PORT" ;;
  124) echo "no answer within $HOP_TIMEOUT s" >&2; exit 28 ;;
  *) base64 --decode <<<"$answer" >&2; exit 7 ;;
esac
