/** Clients that ask too much. Every flood is bounded in number and time, and goes to the application's own address only. */
import type { Field } from "../../field";
import { held, type Outcome, type Probe, through, unproven } from "../../probe";
import { EXCLUSIVE, type Front, front } from "./front";

/** More isn't tried on an application that may be in use. */
const MOST_REQUESTS = 400;
const MOST_CONNECTIONS = 60;
const MOST_BYTES = 32 * 1024 ** 2;
/** Clients that send slowly are watched for as long. */
const PATIENCE_SECONDS = 20;

/** Headers by which clients say who they are. */
const LIES = ["X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP", "CF-Connecting-IP", "X-Client-IP"];

interface Flood {
    statuses: number[];
    seconds: number;
}

const FLOOD = `
const agent = new https.Agent({ keepAlive: true, maxSockets: 8 });
await sleep(given.rest); // an earlier flood may have left nothing of the limit
const start = performance.now();
const statuses = await Promise.all(Array.from({ length: given.count }, (_, index) => {
    const lies = given.names.map((name) => [name, (name === "Forwarded" ? "for=" : "") + "198.51.100." + (index % 250 + 1)]);
    return ask({ options: { agent }, headers: Object.fromEntries(lies) }).then(({ status }) => status);
}));
return { statuses, seconds: (performance.now() - start) / 1000 };`;

async function flood(field: Field, names: string[]): Promise<Outcome> {
    const { limits, replicas, run, from } = await front(field);
    const most = (seconds: number) =>
        replicas * (1 + limits.burst + Math.floor((limits.requestsPerSecond ?? 0) * seconds));
    const count = limits.requestsPerSecond === undefined ? 60 : 2 * most(1) + 20;
    if (count > MOST_REQUESTS) {
        return unproven(`the limits let ${most(1)} requests a second through: too much to try where it may be in use`);
    }
    const rest = Math.min(2_000, 2_000 / (limits.requestsPerSecond ?? 10));
    const { statuses, seconds } = await run<Flood>(FLOOD, { count, names, rest });
    const admitted = statuses.filter((status) => status !== 0 && status !== 429 && status !== 503).length;
    const told = [...new Set(statuses)]
        .sort()
        .map((status) => `${statuses.filter((each) => each === status).length} × ${status || "no answer"}`);
    const evidence = `${count} requests in ${seconds.toFixed(1)} s ${from}: ${told.join(", ")}`;
    if (limits.requestsPerSecond === undefined) {
        return admitted === count ? through(`${evidence}; the Ingress asks for no limit`) : unproven(evidence);
    }
    if (admitted > most(seconds)) {
        return through(`${evidence}; the limits of ${replicas} controllers let ${most(seconds)} through`);
    }
    return admitted > 0 && statuses.includes(429)
        ? held(`${evidence}; at most ${most(seconds)} may pass`)
        : unproven(`${evidence}: it may be down, or refuse for another reason`);
}

interface Held {
    refused: number;
    open: number;
    control: number;
}

/** Each begins a request and doesn't end it, slower than the limit on requests. */
const CONNECTIONS = `
const control = (await patiently()).status;
const sockets = [], codes = [];
for (let number = 0; number < given.count; number++) {
    const socket = tls.connect(place(), () => socket.write("GET " + given.path + " HTTP/1.1\\r\\nHost: " + given.host + "\\r\\nContent-Length: 1000\\r\\n\\r\\n"));
    socket.on("error", () => {}).on("data", (data) => codes.push(String(data).slice(9, 12)));
    sockets.push(socket);
    await sleep(given.milliseconds);
}
await sleep(1000);
const open = sockets.filter((socket) => !socket.destroyed && !socket.readableEnded).length - codes.length;
sockets.forEach((socket) => socket.destroy());
return { refused: codes.filter((code) => code === "429" || code === "503").length, open, control };`;

/** What a client that sends slowly saw: after how many seconds it was cut off, if it was. */
interface Slow {
    seconds: number | undefined;
    said: string;
    control: number;
}

const SLOW = `
const attempt = () => new Promise((resolve) => {
    const start = performance.now();
    let said = "";
    const end = (seconds) => { clearInterval(drip); clearTimeout(limit); socket.destroy(); resolve({ seconds, said: said.slice(0, 40).split("\\r")[0] }); };
    const since = () => (performance.now() - start) / 1000;
    const socket = tls.connect(place(), () => socket.write(given.begin.replace("HOST", given.host).replace("PATH", given.path)));
    const drip = setInterval(() => given.drip && socket.write(given.drip), 1500);
    const limit = setTimeout(() => end(null), given.patience * 1000);
    socket.on("data", (data) => { said += data; end(since()); }).on("close", () => end(since())).on("error", () => end(since()));
});
const control = (await patiently()).status;
for (let tries = 0; ; tries++) {
    const seen = await attempt();
    if (!/ 429/.test(seen.said) || tries === 8) return { ...seen, control };
    await sleep(700);
}`;

function slow(probe: Pick<Probe, "name" | "attack">, begin: string, drip: string): Probe {
    return {
        ...probe,
        layer: "application",
        gain: "holds all connections with a few bytes a minute, so that nobody else is served",
        expected: `the connection is ended within ${PATIENCE_SECONDS} s`,
        ifOff: "it stays open",
        attackers: ["stranger"],
        async run(field) {
            const { run, from } = await front(field);
            const { seconds, said, control } = await run<Slow>(SLOW, { begin, drip, patience: PATIENCE_SECONDS });
            if (control === 0 || control === 429) {
                return unproven(`the control failed: a whole request was answered with ${control}`);
            }
            if (seconds === undefined || seconds === null) {
                return through(`still open after ${PATIENCE_SECONDS} s`);
            }
            return seconds < 1
                ? unproven(`refused at once, so slowness wasn't tried: ${said}`)
                : held(
                      `ended after ${seconds.toFixed(0)} s ${from}${said && `: ${said}`} (control: a whole request is answered)`,
                  );
        },
    };
}

async function hugeBody({ limits, run }: Front): Promise<Outcome> {
    // 0 stands for no limit.
    const size = limits.bodySize || 1024 ** 2;
    if (size > MOST_BYTES) {
        return unproven(`a limit of ${size} bytes is too much to try`);
    }
    // By GET, whose body applications leave alone: the limit is the controller's.
    const program = `
const small = (await patiently({ body: "x" })).status;
const { status, error } = await patiently({ body: "x".repeat(given.size) });
return { small, status, error };`;
    const { small, status, error } = await run<{ small: number; status: number; error?: string }>(program, {
        size: size + 1,
    });
    if (small === 0 || small === 413 || small === 429) {
        return unproven(`the control failed: a body of one byte was answered with ${small}`);
    }
    // Who refuses early may close the connection before all of the body has come.
    return status === 413 || (status === 0 && /EPIPE|ECONNRESET/.test(error ?? ""))
        ? held(`${size + 1} bytes: ${status || error} (control: one byte was answered with ${small})`)
        : status === 0 || status === 429
          ? unproven(`${size + 1} bytes: ${error ?? status}`)
          : through(`${size + 1} bytes were taken: ${status}`);
}

export const FLOODS: Probe[] = [
    {
        name: "request-flood",
        layer: "application",
        attack: "sends many more requests at once than a client may",
        gain: "guesses passwords by the thousand, or takes the application down",
        expected: "a burst passes, and the rest is answered with 429",
        ifOff: "all are served",
        attackers: ["stranger"],
        exclusive: EXCLUSIVE,
        run: (field) => flood(field, []),
    },
    {
        name: "spoofed-client",
        layer: "application",
        attack: `claims to be another client in each request: ${LIES.join(", ")}`,
        gain: "gets around the limits for each client, and out of the log",
        expected: "the requests count as one client's",
        ifOff: "all are served",
        attackers: ["stranger"],
        exclusive: EXCLUSIVE,
        run: (field) => flood(field, LIES),
    },
    {
        name: "open-connections",
        layer: "application",
        attack: "opens more and more connections with unfinished requests",
        gain: "takes all connections, so that nobody else is served",
        expected: "one above the limit is refused",
        ifOff: "all of them stay open",
        attackers: ["stranger"],
        exclusive: EXCLUSIVE,
        async run(field) {
            const { limits, replicas, run, from } = await front(field);
            const limit = limits.connections;
            const count = (limit ?? 20) * replicas + 4;
            if (count > MOST_CONNECTIONS) {
                return unproven(`${count} connections are too much to try where it may be in use`);
            }
            const milliseconds = 1000 / Math.min(limits.requestsPerSecond ?? 20, 20) / replicas + 20;
            const { refused, open, control } = await run<Held>(CONNECTIONS, { count, milliseconds });
            const evidence = `${count} connections ${from}, ${refused} refused; the limit is ${limit ?? "not set"} for each of ${replicas} controllers`;
            if (control === 0 || control === 429) {
                return unproven(`the control failed: a single request was answered with ${control}`);
            }
            if (open === count) {
                return through(evidence);
            }
            // Refused much earlier, it was for another reason; other probes hold a few connections as well.
            return refused > 0 && limit !== undefined && open >= limit * replicas - 3
                ? held(evidence)
                : unproven(`${evidence}; ${open} stayed open`);
        },
    },
    slow(
        { name: "slow-header", attack: "sends the head of a request a byte at a time" },
        "GET PATH HTTP/1.1\r\nHost: HOST\r\nX-Slow: ",
        "x",
    ),
    slow(
        { name: "slow-body", attack: "announces a body and sends next to nothing of it" },
        "POST PATH HTTP/1.1\r\nHost: HOST\r\nContent-Length: 1000\r\n\r\nx",
        "",
    ),
    {
        name: "huge-body",
        layer: "application",
        attack: "sends a body that is larger than the limit by one byte",
        gain: "fills disks and memory with uploads that nobody asked for",
        expected: "it is refused as too large (413)",
        ifOff: "it is taken",
        attackers: ["stranger"],
        exclusive: EXCLUSIVE,
        run: async (field) => hugeBody(await front(field)),
    },
];
