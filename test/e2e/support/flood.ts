/** Clients that ask too much: bounded in number and time, and only ever of one address. */
import { runOn, type TestHost } from "../../../sandbox/cluster";

/** Where an application is. */
export interface Target {
    address: string;
    host: string;
    /** Certificate that its own must be signed by. */
    ca: string;
}

export interface Answer {
    statuses: number[];
    /** How long it took. */
    seconds: number;
}

/** Asks so many times over a few connections. Each of these headers claims another address in each request. */
export async function flood(from: TestHost, target: Target, count: number, headers: string[] = []): Promise<Answer> {
    return runScript(
        from,
        { ...target, count, names: headers },
        `
        const agent = new https.Agent({ keepAlive: true, maxSockets: 6 });
        const ask = (number) => new Promise((resolve, reject) => {
            const lies = given.names.map((name) => [name, (name === "Forwarded" ? "for=" : "") + "198.51.100." + number]);
            const headers = { host: given.host, ...Object.fromEntries(lies) };
            https.get({ ...place, agent, headers }, (answer) => {
                answer.resume().on("end", () => resolve(answer.statusCode));
            }).on("error", reject);
        });
        (async () => {
            const start = performance.now();
            const statuses = await Promise.all(Array.from({ length: given.count }, (_, index) => ask(index + 1)));
            agent.destroy();
            console.log(JSON.stringify({ statuses, seconds: (performance.now() - start) / 1000 }));
        })();`,
    );
}

/**
 * Opens connections that each begin a request and don't end it, slower than the limit on requests; then says what one
 * more is answered, and what one more is answered after one of them has ended.
 */
export async function heldConnections(from: TestHost, target: Target, count: number) {
    return runScript<{ held: number; above: number; afterwards: number }>(
        from,
        { ...target, count },
        `
        const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
        const open = () => new Promise((resolve, reject) => {
            const socket = tls.connect(place, () => {
                socket.write("POST / HTTP/1.1\\r\\nHost: " + given.host + "\\r\\nContent-Length: 1000\\r\\n\\r\\n");
                resolve(socket);
            }).on("error", reject);
            socket.on("data", () => { socket.answered = true; });
        });
        const ask = () => new Promise((resolve, reject) => {
            https.get({ ...place, agent: false, headers: { host: given.host } }, (answer) => {
                answer.resume().on("end", () => resolve(answer.statusCode));
            }).on("error", reject);
        });
        (async () => {
            const sockets = [];
            const alive = setInterval(() => sockets.forEach((socket) => socket.write("x")), 2000);
            for (let number = 0; number < given.count; number++) {
                sockets.push(await open());
                await sleep(250);
            }
            await sleep(1000);
            const held = sockets.filter((socket) => !socket.answered).length;
            const above = await ask();
            sockets.pop().destroy();
            await sleep(1000);
            const afterwards = await ask();
            clearInterval(alive);
            sockets.forEach((socket) => socket.destroy());
            console.log(JSON.stringify({ held, above, afterwards }));
        })();`,
    );
}

/** Runs a script of Node.js with the host's network, and returns what it prints as JSON. */
async function runScript<T>(from: TestHost, given: Target & Record<string, unknown>, script: string): Promise<T> {
    const input = `
        const https = require("node:https"), tls = require("node:tls"), given = ${JSON.stringify(given)};
        const place = { host: given.address, port: 443, servername: given.host, ca: given.ca };
        ${script}`;
    return JSON.parse(await runOn(from, process.execPath, ["-"], { input })) as T;
}
