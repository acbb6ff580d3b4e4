/** Who gets to the application and to the database. */
import type { Field } from "../../field";
import type { AttackerName, Outcome, Probe } from "../../probe";
import { type Endpoint, LISTENER_PORT } from "../../toolbox";
import { closed, judge, listener, open } from "./closed";

const WHO = {
    stranger: "a pod of another namespace",
    insider: "a pod of the application's namespace that nobody declared a flow for",
    neighbour: "a pod of the database's namespace that nobody declared a flow for",
};
type Stranger = keyof typeof WHO;

/** An attacker's, reached by itself. */
const OWN_LISTENER = { host: "127.0.0.1", port: LISTENER_PORT };

/** That a pod is ready says that the node reaches its port; that its attacker listens, that his tools work. */
async function toApplication(field: Field, who: Stranger): Promise<Outcome> {
    const { application } = field.target;
    const pods = await field.readyPods(application);
    const { place } = field.attacker(who);
    const endpoints = [
        application.address,
        ...pods.map(({ status }) => ({ host: status.podIP ?? "", port: application.podPort })),
    ];
    return closed(
        field,
        [place],
        endpoints,
        Promise.resolve(`${pods.length} pods are ready for the node`),
        open(field, `the ${who}`, place, OWN_LISTENER),
    );
}

/** The application's twin, which has its labels, gets there. */
async function toDatabase(field: Field, who: Stranger): Promise<Outcome> {
    const { database } = field.target;
    const pods = await field.readyPods(database);
    const endpoints: Endpoint[] = [
        database.address,
        ...pods.map(({ status }) => ({ host: status.podIP ?? "", port: database.podPort })),
    ];
    const control = open(field, "the application's twin", field.attacker("twin").place, database.address);
    return closed(field, [field.attacker(who).place], endpoints, control);
}

const probe = (who: Stranger, what: "app" | "database"): Probe => {
    const isApp = what === "app";
    const attackers: AttackerName[] = isApp ? [who] : [who, "twin"];
    return {
        name: `${who}-to-${what}`,
        layer: "cluster",
        attack: `${WHO[who]} connects to the ${isApp ? "application" : "database"}, by its Service and by its pods' addresses`,
        gain: isApp
            ? "gets past the ingress controller, its TLS and its rate limits"
            : "may guess passwords, and use any that leaked",
        expected: "no connection",
        ifOff: "the connection is open",
        attackers,
        run: (field) => (isApp ? toApplication : toDatabase)(field, who),
    };
};

const whos = Object.keys(WHO) as Stranger[];

export const REACHABILITY: Probe[] = [
    ...whos.map((who) => probe(who, "app")),
    ...whos.map((who) => probe(who, "database")),
    {
        name: "outside-to-pods",
        layer: "cluster",
        attack: "a host outside the cluster connects to the addresses of the application's and the database's pods",
        gain: "gets past the ingress controller, on networks that route pods' addresses",
        expected: "no connection",
        ifOff: "the connection is open",
        attackers: ["stranger"],
        async run(field) {
            const { application, database } = field.target;
            const stations = await Promise.all(
                [application, database].map(async (served) =>
                    (await field.readyPods(served)).map(({ status }) => ({
                        host: status.podIP ?? "",
                        port: served.podPort,
                    })),
                ),
            );
            const control = listener(field.attacker("stranger"));
            const [reached, ...seen] = await field.connectFromOutside([control, ...stations.flat()]);
            if (reached !== "open") {
                return {
                    verdict: "unproven",
                    evidence: `no way from there to a pod that everybody may reach (${control.host}: ${reached}); --outside names another place`,
                };
            }
            return judge(stations.flat(), seen);
        },
    },
    {
        name: "undeclared-pod",
        layer: "cluster",
        attack: "a pod of another namespace connects to pods in the product's namespaces that nobody declared a flow for",
        gain: "reaches whatever is started there later, before anybody thought of policies for it",
        expected: "no connection",
        ifOff: "the connection is open",
        attackers: ["stranger", "insider", "neighbour"],
        async run(field) {
            const stranger = field.attacker("stranger");
            const insider = field.attacker("insider");
            const neighbour = field.attacker("neighbour");
            return closed(
                field,
                [stranger.place],
                [listener(insider), listener(neighbour)],
                open(field, "the stranger", stranger.place, listener(stranger)),
                open(field, "the insider itself", insider.place, OWN_LISTENER),
                open(field, "the neighbour itself", neighbour.place, OWN_LISTENER),
            );
        },
    },
];
