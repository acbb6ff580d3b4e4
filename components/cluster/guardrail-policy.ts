/** Guardrails as ValidatingAdmissionPolicies. Pure; no Pulumi import. */
import { parseImage } from "../image";
import { GUARDRAILS, GuardrailRule, type GuardrailSubject } from "./guardrail-rules";

/** What happens to an object that breaks a rule. */
export const GuardrailAction = {
    /** It is refused. */
    Enforce: "enforce",
    /** It is admitted, and whoever made it reads a warning. */
    Warn: "warn",
    /** It is admitted, and the audit log says so. */
    Audit: "audit",
} as const;
export type GuardrailAction = (typeof GuardrailAction)[keyof typeof GuardrailAction];

/** Pods that some rules don't hold for. */
export interface Exemption {
    namespaceName: string;
    ruleNames: string[];
    /** Labels of the pods, of the Service for the rule on Services; with none, everything of the namespace is meant. */
    podLabels: Record<string, string>;
    reason: string;
}

/** What the rules are told. */
export interface GuardrailParameters {
    allowedRegistries: string[];
    /** Namespaces whose Services may have an address outside the cluster. */
    exposedNamespaceNames: string[];
    exemptions: Exemption[];
}

/** A ValidatingAdmissionPolicy's `spec`. */
export interface AdmissionPolicySpec {
    failurePolicy: string;
    matchConstraints: { resourceRules: ResourceRule[] };
    variables: { name: string; expression: string }[];
    validations: { expression: string; message: string; messageExpression: string; reason: string }[];
    auditAnnotations: { key: string; valueExpression: string }[];
}

interface ResourceRule {
    apiGroups: string[];
    apiVersions: string[];
    operations: string[];
    resources: string[];
}

/** The names of the rules that apply. Two of them say nothing until they are told what to allow, or asked for. */
export function guardrailRules(listsRegistries: boolean, requireImmutableImages: boolean): GuardrailRule[] {
    return Object.values(GuardrailRule).filter(
        (rule) =>
            (rule !== GuardrailRule.AllowedRegistries || listsRegistries) &&
            (rule !== GuardrailRule.ImmutableImages || requireImmutableImages),
    );
}

/** The policy of a rule. Its parameters are literals in it: whoever may edit a ConfigMap can't loosen it. */
export function admissionPolicy(rule: GuardrailRule, parameters: GuardrailParameters): AdmissionPolicySpec {
    const { subject, safe, must } = GUARDRAILS[rule];
    const { items, name, noun } = SUBJECTS[subject];
    const allowed = allowedBy(rule, parameters);
    const demand = allowed.length > 0 ? `${must} (allowed: ${allowed.join(", ")})` : must;
    const exemptions = parameters.exemptions.filter(({ ruleNames }) => ruleNames.includes(rule));
    return {
        failurePolicy: "Fail",
        matchConstraints: { resourceRules: subject === "service" ? SERVICES : PODS },
        variables: [
            ...(subject === "service" ? SERVICE_VARIABLES : POD_VARIABLES),
            {
                name: "exemptions",
                expression: `[${exemptions.map(reasonIfExempt).join(", ")}].filter(each, each != "")`,
            },
            ...(PARAMETERISED.includes(rule)
                ? [
                      {
                          name: "allowed",
                          expression: literal(allowed.flatMap(rule === ALLOW ? imagePrefixes : (it) => it)),
                      },
                  ]
                : []),
            { name: "offenders", expression: `${items}.filter(it, !(${safe})).map(it, ${name})` },
        ],
        validations: [
            {
                expression: "variables.unchanged || variables.exemptions.size() > 0 || variables.offenders.size() == 0",
                message: `${noun} ${demand}`,
                messageExpression: `${literal(noun)} + variables.offenders.join(",") + ${literal(` ${demand}`)}`,
                reason: "Forbidden",
            },
        ],
        // Empty, and left out, for whatever needs no exemption.
        auditAnnotations: [{ key: "exemption", valueExpression: 'variables.exemptions.join("; ")' }],
    };
}

/** The binding of a policy to the namespaces with a label. */
export function policyBinding(policyName: string, action: string, namespaceLabels: Record<string, string>) {
    const actions: Record<string, string> = { enforce: "Deny", warn: "Warn", audit: "Audit" };
    return {
        policyName,
        validationActions: [actions[action] ?? "Deny"],
        matchResources: { namespaceSelector: { matchLabels: namespaceLabels } },
    };
}

/** What is wrong with an entry of the allowed registries, or undefined. */
export function registryFault(text: string): string | undefined {
    const registry = typeof text === "string" && text.includes("/") ? parseImage(text) : parseImage(`${text}/image`);
    return registry?.registry && !registry.tag && !registry.digest
        ? undefined
        : `must be the host of a registry, with or without a path, is ${JSON.stringify(text)}; write for example "ghcr.io/example"`;
}

/** What is wrong with the reason of an exemption, or undefined. It stands in the policy, for whoever reviews it. */
export function exemptionReasonFault(text: string): string | undefined {
    return typeof text === "string" && text.trim().length >= 10 && text.length <= 500
        ? undefined
        : `must say in 10 to 500 characters why the rule can't be kept, is ${JSON.stringify(text)}`;
}

const ALLOW = GuardrailRule.AllowedRegistries;
const PARAMETERISED: GuardrailRule[] = [ALLOW, GuardrailRule.NoExposedServices];

function allowedBy(rule: GuardrailRule, parameters: GuardrailParameters): string[] {
    if (rule === GuardrailRule.NoExposedServices) {
        return parameters.exposedNamespaceNames;
    }
    return rule === ALLOW ? parameters.allowedRegistries : [];
}

/** A path stands for itself and all below it, a host for all below it alone: behind its colon comes another port. */
function imagePrefixes(registry: string): string[] {
    return registry.includes("/") ? ["/", ":", "@"].map((end) => registry + end) : [`${registry}/`];
}

/** How a policy reaches each subject; `name` is added to the noun. */
const SUBJECTS: Record<GuardrailSubject, { items: string; name: string; noun: string }> = {
    container: { items: "variables.containers", name: quoted("it.name"), noun: "container" },
    image: {
        items: "(variables.containers.map(each, each.image) + variables.volumes.filter(each, has(each.image)).map(each, each.image.reference))",
        name: quoted("it"),
        noun: "image",
    },
    volume: { items: "variables.volumes", name: quoted("it.name"), noun: "volume" },
    pod: { items: "[variables.pod]", name: '""', noun: "pod" },
    service: { items: "[dyn(object).spec]", name: '""', noun: "Service" },
};

function quoted(name: string): string {
    return `" \\"" + ${name} + "\\""`;
}

const OPERATIONS = { apiVersions: ["v1"], operations: ["CREATE", "UPDATE"] };
const SERVICES: ResourceRule[] = [{ apiGroups: [""], resources: ["services"], ...OPERATIONS }];
/** Pods, and all that makes pods: a fault is seen where it was written. `kubectl debug` adds ephemeral containers. */
const PODS: ResourceRule[] = [
    { apiGroups: [""], resources: ["pods", "pods/ephemeralcontainers", "replicationcontrollers"], ...OPERATIONS },
    {
        apiGroups: ["apps"],
        resources: ["deployments", "replicasets", "statefulsets", "daemonsets"],
        ...OPERATIONS,
    },
    { apiGroups: ["batch"], resources: ["jobs", "cronjobs"], ...OPERATIONS },
];

/** The pod in an object of any kind. `dyn`, since no kind has all of these fields. */
function template(object: string): string {
    const nested = `dyn(${object}).spec.jobTemplate.spec.template`;
    return `object.kind == "Pod" ? dyn(${object}) : object.kind == "CronJob" ? ${nested} : dyn(${object}).spec.template`;
}

/**
 * What was admitted before the rule came must still be finished and deleted, which updates it: an object whose relevant
 * part stays as it is passes.
 */
const POD_VARIABLES = [
    { name: "template", expression: template("object") },
    { name: "before", expression: template("oldObject") },
    { name: "pod", expression: "variables.template.spec" },
    { name: "unchanged", expression: 'request.operation == "UPDATE" && variables.before.spec == variables.pod' },
    { name: "labels", expression: "variables.template.?metadata.?labels.orValue({})" },
    { name: "volumes", expression: "variables.pod.?volumes.orValue([])" },
    {
        name: "containers",
        expression: ["containers", "initContainers", "ephemeralContainers"]
            .map((list) => `variables.pod.?${list}.orValue([])`)
            .join(" + "),
    },
];
const SERVICE_VARIABLES = [
    { name: "unchanged", expression: 'request.operation == "UPDATE" && dyn(oldObject).spec == dyn(object).spec' },
    { name: "labels", expression: "dyn(object).metadata.?labels.orValue({})" },
];

/** The reason for which an object is exempt, or nothing. */
function reasonIfExempt({ namespaceName, podLabels, reason }: Exemption): string {
    const conditions = [
        `request.namespace == ${literal(namespaceName)}`,
        ...Object.entries(podLabels).map(
            ([key, value]) => `variables.labels[?${literal(key)}].orValue("") == ${literal(value)}`,
        ),
    ];
    return `${conditions.join(" && ")} ? ${literal(reason)} : ""`;
}

/** JSON's texts, lists and objects are CEL's as well, with the same escapes. */
function literal(value: unknown): string {
    return JSON.stringify(value);
}
