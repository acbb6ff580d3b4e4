/** Scripts for attackers, written for whatever an image has: node, python3, bash or nc. Pure. */

/** Where to connect to. */
export interface Endpoint {
    host: string;
    port: number;
}

/** How a connection by TCP went. A network may refuse what it forbids, or swallow it. */
export const CONNECTIONS = ["open", "refused", "timeout", "unreachable", "no-such-host", "no-tool"] as const;
export type Connection = (typeof CONNECTIONS)[number];

/** Ways in which a connection that a policy forbids may end. */
export const CLOSED: readonly Connection[] = ["refused", "timeout", "unreachable"];

/** Port of every attacker's own listener. */
export const LISTENER_PORT = 8000;

const SECONDS = 3;

const NODE_CONNECT = `
const net = require("net");
for (const line of process.argv[1].split(";")) {
    const [host, port] = line.split(" ");
    const socket = net.connect({ host, port: Number(port), timeout: ${SECONDS * 1000} });
    const end = (word) => { console.log(line + " " + word); socket.destroy(); };
    const words = { ECONNREFUSED: "refused", ECONNRESET: "refused", EHOSTUNREACH: "unreachable", ENETUNREACH: "unreachable",
        EACCES: "unreachable", EPERM: "unreachable", ETIMEDOUT: "timeout", ENOTFOUND: "no-such-host", EAI_AGAIN: "no-such-host" };
    socket.on("connect", () => end("open")).on("timeout", () => end("timeout"))
        .on("error", (error) => end(words[error.code] || "unreachable"));
}`;

const PYTHON_CONNECT = `
import socket, sys, threading
def attempt(line):
    host, port = line.split(" ")
    try:
        socket.create_connection((host, int(port)), ${SECONDS}).close()
        word = "open"
    except socket.gaierror:
        word = "no-such-host"
    except ConnectionRefusedError:
        word = "refused"
    except (socket.timeout, TimeoutError):
        word = "timeout"
    except OSError:
        word = "unreachable"
    print(line + " " + word)
threads = [threading.Thread(target=attempt, args=(line,)) for line in sys.argv[1].split(";")]
[thread.start() for thread in threads]
[thread.join() for thread in threads]`;

/** Connects to each endpoint and prints a line with host, port and a word for each; nothing when there is no tool. */
export function connectScript(endpoints: Endpoint[]): string {
    for (const { host } of endpoints) {
        if (!/^[A-Za-z0-9.:-]+$/.test(host)) {
            throw new Error(`not a host: ${host}`);
        }
    }
    const list = endpoints.map(({ host, port }) => `${host} ${port}`).join(";");
    // Bash first: it starts in a moment, where the others take a good part of a second of the node's time.
    return `list='${list}'
attempt() {
    said=$(LC_ALL=C timeout ${SECONDS} bash -c ": >/dev/tcp/$1/$2" 2>&1 </dev/null)
    case "$?:$said" in
        0:*) word=open ;;
        124:* | 143:*) word=timeout ;;
        *refused* | *reset*) word=refused ;;
        *"ame or service"* | *"name resolution"*) word=no-such-host ;;
        *"No such file"*) word=no-tool ;;
        *) word=unreachable ;;
    esac
    echo "$1 $2 $word"
}
if command -v bash >/dev/null 2>&1 && command -v timeout >/dev/null 2>&1; then
    for pair in $(echo "$list" | tr ' ;' ': '); do attempt "\${pair%:*}" "\${pair##*:}" & done; wait
elif command -v node >/dev/null 2>&1; then node -e '${NODE_CONNECT}' "$list" </dev/null
elif command -v python3 >/dev/null 2>&1; then python3 -c '${PYTHON_CONNECT}' "$list" </dev/null
elif command -v nc >/dev/null 2>&1; then
    for pair in $(echo "$list" | tr ' ;' ': '); do
        if nc -w ${SECONDS} "\${pair%:*}" "\${pair##*:}" </dev/null >/dev/null 2>&1; then word=open; else word=refused; fi
        echo "\${pair%:*} \${pair##*:} $word"
    done
fi`;
}

/** The words of `connectScript`, in the order of the endpoints. */
export function readConnections(stdout: string, endpoints: Endpoint[]): Connection[] {
    const words = new Map(
        stdout
            .split("\n")
            .map((line) => line.trim().split(" "))
            .map(([host, port, word]) => [`${host} ${port}`, CONNECTIONS.find((known) => known === word)] as const),
    );
    return endpoints.map(({ host, port }) => words.get(`${host} ${port}`) ?? "no-tool");
}

/** Resolves a name by the resolver that programs use; prints an address. */
export function resolveScript(name: string): string {
    return `if command -v getent >/dev/null 2>&1; then getent hosts ${name} | cut -d' ' -f1
elif command -v node >/dev/null 2>&1; then
    node -e 'require("dns").lookup(process.argv[1], (error, address) => console.log(error ? error.code : address))' ${name} </dev/null
else nslookup ${name} 2>&1 | sed -n 's/^Address[^:]*: *//p' | tail -n 1; fi`;
}

const NODE_LISTEN = `process.on("SIGTERM", () => process.exit()); require("net").createServer((s) => { s.on("error", () => {}); s.end(); }).listen(${LISTENER_PORT})`;
const PYTHON_LISTEN = `
import socketserver
class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        pass
socketserver.ThreadingTCPServer(("", ${LISTENER_PORT}), Handler).serve_forever()`;

/** What an attacker's container runs: a listener, so that somebody can try to reach it. */
export const LISTEN = `if command -v node >/dev/null 2>&1; then exec node -e '${NODE_LISTEN}'
elif command -v python3 >/dev/null 2>&1; then exec python3 -c '${PYTHON_LISTEN}'
elif command -v nc >/dev/null 2>&1; then exec nc -lk -p ${LISTENER_PORT} -e /bin/true
fi
echo 'the image has neither node nor python3 nor nc; give another by --probe-image' >&2; exit 1`;
