// The floor: what every program pays that uses these SDKs, before it does anything.
import "@pulumi/kubernetes";
import "@pulumi/postgresql";
import "@pulumi/pulumi";
import "@pulumi/random";
import "@pulumi/tls";
