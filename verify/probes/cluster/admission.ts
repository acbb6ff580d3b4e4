/** What the API server must refuse in the product's namespaces, from everybody: asked without effect. */
import { soundPodSpec } from "../../attackers";
import { type Answer, DRY_RUN, STRATEGIC_MERGE } from "../../cluster/api";
import type { Container, PodSpec } from "../../cluster/objects";
import type { Field } from "../../field";
import { type Outcome, type Probe, stopped, Unproven, unproven } from "../../probe";

/** A pod that breaks a rule. */
interface BadPod {
    name: string;
    /** What is wrong with it, after "a pod that". */
    what: string;
    gain: string;
    spec: (sound: PodSpec) => PodSpec;
    /** Guardrail that only some stacks turn on; without its policy nothing was promised. */
    optionalRule?: string;
}

const container = (spec: PodSpec, changes: Partial<Container>): PodSpec => ({
    ...spec,
    containers: spec.containers.map((each) => ({ ...each, ...changes })),
});
const secured = (spec: PodSpec, changes: Record<string, unknown>): PodSpec =>
    container(spec, { securityContext: { ...spec.containers[0]?.securityContext, ...changes } });

const BAD_PODS: BadPod[] = [
    {
        name: "host-path",
        what: "mounts the node's file system",
        gain: "reads the node's keys and the Secrets of its other pods",
        spec: (sound) => ({ ...sound, volumes: [{ name: "host", hostPath: { path: "/" } }] }),
    },
    {
        name: "host-network",
        what: "joins the node's network and processes",
        gain: "reads the node's traffic past every NetworkPolicy",
        spec: (sound) => ({ ...sound, hostNetwork: true, hostPID: true }),
    },
    {
        name: "host-port",
        what: "takes a port of the node",
        gain: "is reached at the node's address, past Services and ingress controller",
        spec: (sound) => container(sound, { ports: [{ containerPort: 8000, hostPort: 8000 }] }),
    },
    {
        name: "root-pod",
        what: "runs as root",
        gain: "is one kernel flaw away from the node",
        spec: (sound) => ({ ...secured(sound, { runAsUser: 0, runAsNonRoot: false }) }),
    },
    {
        name: "writable-root-pod",
        what: "may write to its image's file system",
        gain: "keeps tools there, or replaces the program that runs",
        spec: (sound) => secured(sound, { readOnlyRootFilesystem: false }),
    },
    {
        name: "added-capability",
        what: "adds capabilities",
        gain: "forges packets, or mounts file systems",
        spec: (sound) => secured(sound, { capabilities: { drop: ["ALL"], add: ["NET_RAW", "SYS_ADMIN"] } }),
    },
    {
        name: "unconfined-pod",
        what: "turns the system call filter off",
        gain: "reaches every system call that has a flaw",
        spec: (sound) => ({
            ...sound,
            securityContext: { ...sound.securityContext, seccompProfile: { type: "Unconfined" } },
        }),
    },
    {
        name: "foreign-registry",
        what: "has an image of a registry that isn't allowed",
        gain: "runs an image of his own",
        spec: (sound) => container(sound, { image: "attacker.example/tools:1.0.0" }),
        optionalRule: "allowed-registries",
    },
    {
        name: "latest-image",
        what: "has an image that may change behind its name",
        gain: "replaces the image, and the next pod runs it",
        spec: (sound) => container(sound, { image: withoutVersion(sound.containers[0]?.image ?? "") }),
        optionalRule: "immutable-images",
    },
    {
        name: "greedy-pod",
        what: "reserves more memory than its namespace has",
        gain: "starves everything else on the cluster",
        spec: (sound) =>
            container(sound, { resources: { requests: { memory: "100Ti" }, limits: { memory: "100Ti" } } }),
    },
];

/** The same image as `latest`. */
export function withoutVersion(image: string): string {
    const [name = ""] = image.split("@");
    const tag = name.lastIndexOf(":");
    return `${tag > name.lastIndexOf("/") ? name.slice(0, tag) : name}:latest`;
}

/** Asks whether a pod would be admitted. */
function tryPod(field: Field, namespace: string, spec: PodSpec): Promise<Answer> {
    return field.api.ask("POST", `/api/v1/namespaces/${namespace}/pods?${DRY_RUN}`, {
        body: { apiVersion: "v1", kind: "Pod", metadata: { name: "verify-dry-run" }, spec },
    });
}

/** The control: whatever is sound is admitted there, so a refusal is about what is wrong. */
async function soundIsAdmitted(field: Field, namespace: string): Promise<void> {
    const { status, message } = await tryPod(field, namespace, soundPodSpec(field.camp.image));
    if (status >= 400) {
        throw new Unproven(`the control failed: a sound pod isn't admitted in ${namespace} either: ${message}`);
    }
}

function attempt(what: string, { status, message }: Answer) {
    return { what, worked: status < 400, seen: status < 400 ? "admitted" : `refused: ${message.slice(0, 300)}` };
}

/** Whether the stack promises a rule: by its own word, or, where it tells none, by what the cluster has. */
async function isPromised({ api, target }: Field, rule: string): Promise<boolean> {
    const names =
        target.guardrailPolicies ??
        (
            await api.list<{ metadata: { name: string } }>(
                "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies",
            )
        ).map(({ metadata }) => metadata.name);
    return names.some((name) => name.endsWith(`-${rule}`));
}

async function refused(field: Field, { what, spec, optionalRule }: BadPod): Promise<Outcome> {
    const { namespace } = field.target.application;
    await soundIsAdmitted(field, namespace);
    const bad = spec(soundPodSpec(field.camp.image));
    const elsewhere = await tryPod(field, field.camp.strangersNamespace, bad);
    if (elsewhere.status >= 400) {
        return unproven(`the control failed: it isn't admitted in an ordinary namespace either: ${elsewhere.message}`);
    }
    const answer = await tryPod(field, namespace, bad);
    if (answer.status < 400 && optionalRule !== undefined && !(await isPromised(field, optionalRule))) {
        return unproven(`the stack doesn't turn the guardrail "${optionalRule}" on`);
    }
    const { verdict, evidence } = stopped([attempt(`a pod that ${what}`, answer)]);
    return { verdict, evidence: `${evidence} (control: admitted in an ordinary namespace)` };
}

const EVERYWHERE: Probe = {
    name: "privileged-pod",
    layer: "cluster",
    attack: "makes a privileged pod in each namespace of the product",
    gain: "owns the node",
    expected: "refused in all of them",
    ifOff: "the API server would admit it (it is asked without effect)",
    attackers: [],
    async run(field) {
        const { namespaces } = field.target;
        const spec = secured(soundPodSpec(field.camp.image), {
            privileged: true,
            allowPrivilegeEscalation: true,
            capabilities: {},
        });
        const elsewhere = await tryPod(field, field.camp.strangersNamespace, spec);
        if (elsewhere.status >= 400) {
            return unproven(`the control failed: no namespace admits it: ${elsewhere.message}`);
        }
        await soundIsAdmitted(field, field.target.application.namespace);
        const answers = await Promise.all(
            namespaces.map(async (namespace) => attempt(namespace, await tryPod(field, namespace, spec))),
        );
        return stopped(answers);
    },
};

const EPHEMERAL: Probe = {
    name: "debug-container",
    layer: "cluster",
    attack: "adds a container as root with a writable root file system to a running pod, as `kubectl debug` does",
    gain: "gets around rules that look at pods only when they are made",
    expected: "refused",
    ifOff: "the API server would add it (it is asked without effect)",
    attackers: ["insider"],
    async run(field) {
        const { namespace, pod } = field.attacker("insider").place;
        const path = `/api/v1/namespaces/${namespace}/pods/${pod}`;
        const stored = await field.api.get<{ spec: PodSpec }>(path);
        const [sound] = soundPodSpec(field.camp.image).containers;
        const add = (securityContext: Record<string, unknown>) => {
            const { resources: _, ...rest } = sound as Container;
            const debuggers = [
                { ...rest, name: "debugger", securityContext: { ...rest.securityContext, ...securityContext } },
            ];
            return field.api.ask("PUT", `${path}/ephemeralcontainers?${DRY_RUN}`, {
                body: { ...stored, spec: { ...stored.spec, ephemeralContainers: debuggers } },
            });
        };
        const control = await add({});
        if (control.status >= 400) {
            return unproven(`the control failed: a sound one is refused too: ${control.message}`);
        }
        return stopped([
            attempt("a writable root file system", await add({ readOnlyRootFilesystem: false })),
            attempt("root", await add({ runAsUser: 0, runAsNonRoot: false })),
        ]);
    },
};

const UPDATE: Probe = {
    name: "softened-deployment",
    layer: "cluster",
    attack: "changes the application's Deployment so that its next pods may write to their root and gain privileges",
    gain: "gets soft pods by an edit instead of a new object",
    expected: "refused",
    ifOff: "the API server would change it (it is asked without effect)",
    attackers: [],
    async run(field) {
        const { deployment, namespace } = field.target.application;
        const name = deployment.spec.template.spec.containers[0]?.name;
        const patch = (changes: Record<string, unknown>) =>
            field.api.ask(
                "PATCH",
                `/apis/apps/v1/namespaces/${namespace}/deployments/${deployment.metadata.name}?${DRY_RUN}`,
                {
                    body: { spec: { template: { spec: { containers: [{ name, ...changes }] } } } },
                    contentType: STRATEGIC_MERGE,
                },
            );
        const control = await patch({ env: [{ name: "VERIFY", value: "dry run" }] });
        if (control.status >= 400) {
            return unproven(`the control failed: a sound change is refused too: ${control.message}`);
        }
        return stopped([
            attempt("a writable root file system", await patch({ securityContext: { readOnlyRootFilesystem: false } })),
            attempt("privilege escalation", await patch({ securityContext: { allowPrivilegeEscalation: true } })),
        ]);
    },
};

const SERVICES: Probe = {
    name: "exposed-service",
    layer: "cluster",
    attack: "makes Services with an address outside the cluster in the application's namespace",
    gain: "opens a way in past the ingress controller, or takes an address over",
    expected: "refused",
    ifOff: "the API server would admit them (it is asked without effect)",
    attackers: [],
    async run(field) {
        const create = (namespace: string, changes: object) =>
            field.api.ask("POST", `/api/v1/namespaces/${namespace}/services?${DRY_RUN}`, {
                body: {
                    apiVersion: "v1",
                    kind: "Service",
                    metadata: { name: "verify-dry-run" },
                    spec: { selector: { app: "verify" }, ports: [{ port: 80 }], ...changes },
                },
            });
        const { namespace } = field.target.application;
        const sound = await create(namespace, {});
        const elsewhere = await create(field.camp.strangersNamespace, { type: "NodePort" });
        const failed = [sound, elsewhere].find(({ status }) => status >= 400);
        if (failed) {
            return unproven(`the control failed: ${failed.message}`);
        }
        return stopped([
            attempt("NodePort", await create(namespace, { type: "NodePort" })),
            attempt("LoadBalancer", await create(namespace, { type: "LoadBalancer" })),
            attempt("external addresses", await create(namespace, { externalIPs: ["192.0.2.1"] })),
        ]);
    },
};

export const ADMISSION: Probe[] = [
    EVERYWHERE,
    ...BAD_PODS.map(
        (bad): Probe => ({
            name: bad.name,
            layer: "cluster",
            attack: `makes a pod that ${bad.what}, in the application's namespace`,
            gain: bad.gain,
            expected: "refused",
            ifOff: "the API server would admit it (it is asked without effect)",
            attackers: [],
            run: (field) => refused(field, bad),
        }),
    ),
    EPHEMERAL,
    UPDATE,
    SERVICES,
];
