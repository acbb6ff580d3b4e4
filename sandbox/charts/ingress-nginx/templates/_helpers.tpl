{{/* The release's name, with the chart's behind it unless that is part of it already. */}}
{{- define "ingress.fullname" -}}
{{- $name := contains "ingress-nginx" .Release.Name | ternary .Release.Name (printf "%s-ingress-nginx" .Release.Name) -}}
{{- $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* What selectors use: it never changes in a release's life. */}}
{{- define "ingress.selector" -}}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/name: ingress-nginx
{{- end -}}

{{- define "ingress.controllerSelector" -}}
{{ include "ingress.selector" . }}
app.kubernetes.io/component: controller
{{- end -}}

{{/* Labels of every object; `dict "context" $ "component" …`. */}}
{{- define "ingress.labels" -}}
{{- $own := dict "app.kubernetes.io/component" .component "app.kubernetes.io/managed-by" .context.Release.Service "app.kubernetes.io/part-of" "ingress-nginx" "app.kubernetes.io/version" .context.Chart.AppVersion "helm.sh/chart" (printf "%s-%s" .context.Chart.Name .context.Chart.Version) -}}
{{- merge (include "ingress.selector" .context | fromYaml) $own .context.Values.commonLabels | toYaml -}}
{{- end -}}

{{- define "ingress.controllerLabels" -}}
{{ include "ingress.labels" (dict "context" . "component" "controller") }}
{{- end -}}

{{- define "ingress.admissionLabels" -}}
{{ include "ingress.labels" (dict "context" . "component" "admission-webhook") }}
{{- end -}}

{{/* Tag and digest are both rendered, as the ingress-nginx chart does. */}}
{{- define "ingress.image" -}}
{{- $name := empty .registry | ternary .image (printf "%s/%s" .registry .image) -}}
{{- $tagged := empty .tag | ternary $name (printf "%s:%s" $name .tag) -}}
{{- empty .digest | ternary $tagged (printf "%s@%s" $tagged .digest) -}}
{{- end -}}
