/** Falco rules on the API server's audit events about the protected namespaces. Pure; no Pulumi import. */
import { userNameFault } from "./audit-policy";

/** Name of the file with these rules. */
export const AUDIT_RULES_FILE = "bulwark-audit-rules.yaml";

/** What the rules are made from, every name checked. */
export interface AuditRulesInput {
    protectedNamespaceNames: string[];
    /** Who may do all that is reported otherwise: whoever runs `pulumi up`. */
    trustedUserNames: string[];
    /** Who rightly reads Secrets of the protected namespaces: the ingress controller. */
    secretReaderNames: string[];
}

/** The text of the rules file. It needs no other: Falco's own rules on audit events are not installed. */
export function auditRulesText(input: AuditRulesInput): string {
    return [known(input), ...INTO_PODS, SECRETS, TOKENS, REFUSED, DEFENCES, ANONYMOUS].join("\n");
}

/** What is wrong with the name of a user in a rule, or undefined: Falco pastes lists into conditions as they are. */
export function ruleUserFault(text: string): string | undefined {
    return (
        userNameFault(text) ??
        (/["'(),=\\]/.test(text)
            ? `must have no quote, parenthesis, comma, "=" or "\\", is ${JSON.stringify(text)}; leave it out and name the user in a rules file of your own`
            : undefined)
    );
}

const list = (names: string[]) => `[${names.map((name) => JSON.stringify(name)).join(", ")}]`;

/** A long-running request such as an exec is answered when it starts; one that was refused completes at once. */
function known({ protectedNamespaceNames, trustedUserNames, secretReaderNames }: AuditRulesInput): string {
    return `- list: bulwark_namespaces
  items: ${list(protectedNamespaceNames)}

- list: bulwark_trusted_users
  items: ${list(trustedUserNames)}

- list: bulwark_secret_readers
  items: ${list(secretReaderNames)}

- macro: never_true
  condition: (evt.num = 0)

- macro: bulwark_protected
  condition: (ka.target.namespace in (bulwark_namespaces))

- macro: bulwark_done
  condition: (ka.stage = ResponseComplete)

- macro: bulwark_begun_or_refused
  condition: >
    (ka.stage = ResponseStarted
     or (bulwark_done and (ka.response.code startswith 4 or ka.response.code startswith 5)))

- macro: bulwark_trusted
  condition: (ka.user.name in (bulwark_trusted_users))

- macro: bulwark_system
  condition: >
    (ka.user.name in (system:apiserver, system:kube-controller-manager, system:kube-scheduler)
     or ka.user.name startswith "system:serviceaccount:kube-system:")

- macro: bulwark_node
  condition: (ka.user.name startswith "system:node:")

- macro: bulwark_write
  condition: (ka.verb in (create, update, patch, delete, deletecollection))
`;
}

const WHO = "user=%ka.user.name as=%ka.impuser.name from=%ka.sourceips client=%ka.useragent result=%ka.response.code";

const INTO_PODS = [
    `- macro: bulwark_expected_exec
  condition: (never_true)

- rule: Command in protected pod
  desc: Somebody ran a command in a pod of a protected namespace, or attached to it, or tried to.
  condition: >
    bulwark_begun_or_refused and bulwark_protected
    and ka.target.resource = pods and ka.target.subresource in (exec, attach)
    and not bulwark_trusted
    and not bulwark_expected_exec
  output: Command run in a protected pod | pod=%ka.target.namespace/%ka.target.name action=%ka.target.subresource uri=%ka.uri ${WHO}
  priority: WARNING
  source: k8s_audit
  tags: [bulwark, k8s, mitre_execution, T1609]
`,
    `- macro: bulwark_expected_port_forward
  condition: (never_true)

- rule: Port-forward to protected pod
  desc: Somebody opened a way to a port of a protected pod past the NetworkPolicies, or tried to.
  condition: >
    bulwark_begun_or_refused and bulwark_protected
    and ka.target.resource = pods and ka.target.subresource = portforward
    and not bulwark_trusted
    and not bulwark_expected_port_forward
  output: Port-forward to a protected pod | pod=%ka.target.namespace/%ka.target.name ${WHO}
  priority: WARNING
  source: k8s_audit
  tags: [bulwark, k8s, network, mitre_lateral_movement, T1572]
`,
    `- macro: bulwark_expected_debug_container
  condition: (never_true)

- rule: Container put into protected pod
  desc: Somebody put a container into a running pod, which sees its processes and network, or tried to.
  condition: >
    bulwark_done and bulwark_protected and bulwark_write
    and ka.target.resource = pods and ka.target.subresource = ephemeralcontainers
    and not bulwark_expected_debug_container
  output: Container put into a protected pod | pod=%ka.target.namespace/%ka.target.name ${WHO}
  priority: CRITICAL
  source: k8s_audit
  tags: [bulwark, k8s, container, mitre_persistence, T1610]
`,
];

/** Nodes and the cluster's own controllers read Secrets to do their work. A list of all namespaces names none. */
const SECRETS = `- macro: bulwark_expected_secret_reader
  condition: (never_true)

- rule: Secret of protected namespace read
  desc: Somebody other than the known readers read Secrets of a protected namespace, or of all, or tried to.
  condition: >
    bulwark_done and ka.target.resource = secrets and ka.verb in (get, list, watch)
    and (bulwark_protected or not ka.target.namespace exists)
    and not bulwark_trusted and not bulwark_system and not bulwark_node
    and not ka.user.name in (bulwark_secret_readers)
    and not bulwark_expected_secret_reader
  output: Secret of a protected namespace read | secret=%ka.target.namespace/%ka.target.name verb=%ka.verb ${WHO}
  priority: ERROR
  source: k8s_audit
  tags: [bulwark, k8s, mitre_credential_access, T1552]
`;

/** Pods of the protected namespaces have no token; kubelets ask for those of other pods on their nodes. */
const TOKENS = `- macro: bulwark_expected_token_request
  condition: (never_true)

- rule: Token of protected account requested
  desc: Somebody asked for a token with which to act as a ServiceAccount of a protected namespace.
  condition: >
    bulwark_done and bulwark_protected and ka.verb = create
    and ka.target.resource = serviceaccounts and ka.target.subresource = token
    and not bulwark_trusted and not bulwark_system and not bulwark_node
    and not bulwark_expected_token_request
  output: Token of a protected account requested | account=%ka.target.namespace/%ka.target.name ${WHO}
  priority: ERROR
  source: k8s_audit
  tags: [bulwark, k8s, mitre_credential_access, T1528]
`;

/**
 * Who was allowed to create a pod and was refused this one asked for what the namespace forbids, such as privileges.
 * That needs no look into the pod, whose environment may hold secrets.
 */
const REFUSED = `- macro: bulwark_expected_refusal
  condition: (never_true)

- rule: Workload refused in protected namespace
  desc: Admission refused a pod or what makes pods, such as a privileged one, from somebody with the right to create it.
  condition: >
    bulwark_done and bulwark_protected and ka.verb in (create, update, patch)
    and ka.target.resource in (pods, replicasets, deployments, statefulsets, daemonsets, jobs, cronjobs)
    and not ka.target.subresource exists
    and ka.response.code in (403, 422) and ka.auth.decision = allow
    and not bulwark_expected_refusal
  output: Workload refused in a protected namespace | object=%ka.target.resource/%ka.target.namespace/%ka.target.name verb=%ka.verb reason=%ka.response.reason ${WHO}
  priority: WARNING
  source: k8s_audit
  tags: [bulwark, k8s, mitre_privilege_escalation, T1611]
`;

const DEFENCES = `- macro: bulwark_defence_here
  condition: >
    (bulwark_protected and ka.target.resource in (networkpolicies, roles, rolebindings, resourcequotas, limitranges))

- macro: bulwark_defence_of_cluster
  condition: >
    (ka.target.resource in (clusterroles, clusterrolebindings, validatingadmissionpolicies,
     validatingadmissionpolicybindings, validatingwebhookconfigurations, mutatingwebhookconfigurations)
     or (ka.target.resource = namespaces and ka.target.name in (bulwark_namespaces)))

- macro: bulwark_expected_change
  condition: (never_true)

- rule: Defence of protected namespace changed
  desc: Somebody changed what protects a namespace, such as a NetworkPolicy, its labels or a role, or tried to.
  condition: >
    bulwark_done and bulwark_write and (bulwark_defence_here or bulwark_defence_of_cluster)
    and not ka.target.subresource exists
    and not bulwark_trusted and not bulwark_system
    and not bulwark_expected_change
  output: Defence of a protected namespace changed | object=%ka.target.resource/%ka.target.namespace/%ka.target.name verb=%ka.verb ${WHO}
  priority: WARNING
  source: k8s_audit
  tags: [bulwark, k8s, mitre_defense_evasion, T1562]
`;

/** kubeadm publishes the cluster's address and authority in kube-public to everybody. */
const ANONYMOUS = `- macro: bulwark_expected_anonymous
  condition: (never_true)

- rule: Anonymous request answered
  desc: The API server answered somebody whom it doesn't know.
  condition: >
    bulwark_done and ka.user.name = system:anonymous and ka.auth.decision = allow
    and not ka.target.namespace = kube-public
    and not bulwark_expected_anonymous
  output: Anonymous request answered | verb=%ka.verb uri=%ka.uri ${WHO}
  priority: WARNING
  source: k8s_audit
  tags: [bulwark, k8s, mitre_initial_access, T1078]
`;
