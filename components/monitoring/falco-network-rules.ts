/** Falco rules on connections from the protected namespaces. Pure; no Pulumi import. */

const OUTBOUND = `- macro: bulwark_expected_outbound
  condition: (never_true)

- rule: Outbound connection from protected container
  desc: A container in a protected namespace tried to reach an address outside of the cluster's private ranges.
  condition: >
    outbound and bulwark_protected
    and not bulwark_expected_outbound
  output: Outbound connection from a protected container | connection=%fd.name command=%proc.cmdline parent=%proc.pname user_uid=%user.uid
  priority: WARNING
  tags: [bulwark, container, network, mitre_command_and_control, T1071]
`;

/** Falco's own macro for connections leaves private addresses out, where a cluster's are. Attempts count here, too. */
function insideCluster(ports: number[]): string {
    return `- macro: bulwark_connection
  condition: >
    (evt.type = connect and (fd.typechar = 4 or fd.typechar = 6) and fd.l4proto = tcp
     and fd.net != "127.0.0.0/8" and fd.ip != "::1")

- list: bulwark_expected_ports
  items: [${ports.join(", ")}]

- macro: bulwark_expected_connection
  condition: (never_true)

- rule: Connection to unexpected port from protected container
  desc: A container tried to reach a port that none of its peers has, as a search for services does.
  condition: >
    bulwark_connection and bulwark_protected
    and not fd.sport in (bulwark_expected_ports)
    and not bulwark_expected_connection
  output: Connection to an unexpected port from a protected container | connection=%fd.name result=%evt.res command=%proc.cmdline parent=%proc.pname user_uid=%user.uid
  priority: WARNING
  tags: [bulwark, container, network, mitre_discovery, T1046]
`;
}

/** A server answers: it opens connections for dblink, foreign tables and subscriptions, of which Bulwark sets up none. */
const POSTGRES = `- macro: bulwark_expected_postgres_connection
  condition: (never_true)

- rule: Connection opened by PostgreSQL
  desc: PostgreSQL itself tried to reach another host, as SQL does that carries data out or asks other services.
  condition: >
    bulwark_connection and bulwark_protected and proc.name = postgres
    and not bulwark_expected_postgres_connection
  output: PostgreSQL opened a connection | connection=%fd.name result=%evt.res user_uid=%user.uid
  priority: CRITICAL
  tags: [bulwark, container, database, network, mitre_exfiltration, T1048]
`;

/** @param ports ports that containers of the protected namespaces rightly connect to */
export function networkRules(ports: number[]): string[] {
    return [OUTBOUND, insideCluster(ports), POSTGRES];
}

/** Silences Falco's own rule about the API server for pods that rightly talk to it. */
export function apiClients(namespaceNames: string[]): string {
    return `- macro: user_known_contact_k8s_api_server_activities
  condition: (k8s.ns.name in (${namespaceNames.map((name) => `"${name}"`).join(", ")}))
  override:
    condition: replace
`;
}
