/** Attacks by TCP, with their control. */
import type { Place } from "../../cluster/shell";
import type { Field } from "../../field";
import { type Outcome, stopped, Unproven } from "../../probe";
import { CLOSED, type Connection, type Endpoint, LISTENER_PORT } from "../../toolbox";

/** A network needs a moment to know the attackers' pods, which have only just started. */
const SETTLING = { tries: 3, milliseconds: 3_000 };

/**
 * Every endpoint must be closed from each place, while the control, made at the same time, must succeed. A connection that
 * fails for want of a name or a tool proves nothing.
 */
export async function closed(
    field: Field,
    places: Place[],
    endpoints: Endpoint[],
    ...controls: Promise<string>[]
): Promise<Outcome> {
    const [seen, outcomes] = await Promise.all([
        Promise.all(controls),
        Promise.all(places.map((place) => closedFrom(field, place, endpoints))),
    ]);
    const worst = outcomes.filter(({ verdict }) => verdict === "through");
    const told = (worst.length > 0 ? worst : outcomes).map(({ evidence }) => evidence).join("; ");
    return { verdict: worst.length > 0 ? "through" : "held", evidence: `${told} (control: ${seen.join(", ")})` };
}

async function closedFrom(field: Field, from: Place, endpoints: Endpoint[]): Promise<Outcome> {
    for (let tries = 1; ; tries++) {
        const { verdict, evidence } = judge(endpoints, await field.connect(from, endpoints));
        if (verdict !== "through" || tries === SETTLING.tries) {
            return { verdict, evidence: `from ${from.namespace}, ${evidence}` };
        }
        await new Promise((resolve) => setTimeout(resolve, SETTLING.milliseconds));
    }
}

export function judge(endpoints: Endpoint[], seen: Connection[]): Outcome {
    const strange = seen.find((word) => word !== "open" && !CLOSED.includes(word));
    if (strange !== undefined && !seen.includes("open")) {
        throw new Unproven(`a connection couldn't be tried: ${strange}`);
    }
    return stopped(
        endpoints.map(({ host, port }, index) => {
            const word = seen[index] ?? "no-tool";
            return { what: `${host}:${port}`, worked: word === "open", seen: word };
        }),
    );
}

/** The control of an attack: the same connection where it is allowed. Returns what was seen. */
export async function open(field: Field, who: string, from: Place, { host, port }: Endpoint): Promise<string> {
    const [word] = await field.connect(from, [{ host, port }]);
    if (word !== "open") {
        throw new Unproven(`the control failed: ${who} found ${host}:${port} ${word}, so closed proves nothing`);
    }
    return `${who} found ${host}:${port} open`;
}

/** Where an attacker listens. */
export function listener({ ip }: { ip: string }): Endpoint {
    return { host: ip, port: LISTENER_PORT };
}
