/** Ways out of the product's namespaces. */
import type { Field } from "../../field";
import { held, type Probe, through, unproven } from "../../probe";
import { type Endpoint, resolveScript } from "../../toolbox";
import { closed, listener, open } from "./closed";

/**
 * A way out for the application and the database: the twin has the application's labels, the neighbour only the database's
 * namespace. `option` names the target where the cluster doesn't.
 */
function wayOut(
    name: string,
    target: string,
    gain: string,
    endpointOf: (field: Field) => Endpoint | undefined | Promise<Endpoint>,
    option = "",
): Probe {
    return {
        name,
        layer: "cluster",
        attack: `the application's and the database's pods connect to ${target}`,
        gain,
        expected: "no connection",
        ifOff: "the connection is open",
        attackers: ["twin", "neighbour", "stranger"],
        async run(field) {
            const endpoint = await endpointOf(field);
            if (endpoint === undefined) {
                return unproven(`no target: name one of your own by ${option}`);
            }
            const from = [field.attacker("twin").place, field.attacker("neighbour").place];
            const stranger = field.attacker("stranger").place;
            return closed(field, from, [endpoint], open(field, "a stranger", stranger, endpoint));
        },
    };
}

export const EGRESS: Probe[] = [
    wayOut(
        "app-to-internet",
        "a server outside the cluster",
        "sends stolen data away, and fetches more tools",
        (field) => field.surroundings.egressTarget,
        "--egress-target",
    ),
    wayOut(
        "app-to-metadata",
        "the cloud's metadata server",
        "gets the credentials of the node, and often the whole cloud account",
        (field) => field.surroundings.metadataTarget,
        "--metadata-target",
    ),
    wayOut(
        "app-to-api-server",
        "the API server",
        "asks the API server, with any token that he finds, or attacks it by a flaw of its own",
        async (field) => {
            const { spec } = await field.api.get<{ spec: { clusterIP: string; ports: { port: number }[] } }>(
                "/api/v1/namespaces/default/services/kubernetes",
            );
            return { host: spec.clusterIP, port: spec.ports[0]?.port ?? 443 };
        },
    ),
    {
        name: "undeclared-egress",
        layer: "cluster",
        attack: "pods in the product's namespaces that nobody declared a flow for connect to a pod elsewhere",
        gain: "spreads to the rest of the cluster from a foothold",
        expected: "no connection",
        ifOff: "the connection is open",
        attackers: ["insider", "neighbour", "stranger"],
        async run(field) {
            const stranger = field.attacker("stranger");
            const from = [field.attacker("insider").place, field.attacker("neighbour").place];
            const control = open(field, "the stranger itself", stranger.place, listener(stranger));
            return closed(field, from, [listener(stranger)], control);
        },
    },
    {
        name: "declared-flows-work",
        layer: "cluster",
        attack: "none, a control: the application's pod resolves the database's name and connects to it",
        gain: "nothing; without it, everything else would be closed for the wrong reason",
        expected: "an address, and an open connection",
        ifOff: "no answer from DNS, or no connection",
        attackers: ["twin"],
        async run(field) {
            const { database } = field.target;
            const name = `${database.service}.${database.namespace}.svc`;
            const { place } = field.attacker("twin");
            const address = (await field.run(place, resolveScript(name))).stdout.trim();
            if (address !== database.address.host) {
                return through(`${name} resolves to ${address || "nothing"} instead of ${database.address.host}`);
            }
            const [word] = await field.connect(place, [database.address]);
            const evidence = `${name} resolves to ${address}, port ${database.address.port} is ${word}`;
            return word === "open" ? held(evidence) : through(evidence);
        },
    },
];
