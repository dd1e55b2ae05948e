"""Source of 02-service-types.ipynb: the network model and every type of Service, shown on the sample."""

# %% [markdown]
# # The network model and the types of Service
#
# First the five ideas that Kubernetes networking rests on, each shown on the data of a small shop. Then every type of Service with a
# picture of the way to its pods. Ids such as NM-1 name rules; pictures and tables cite them too.
#
# A snapshot holds API objects: what the cluster *wants and reports*. It holds no packets. Where a picture draws a rule and not an
# observation, it names the rule.
# %%
import pandas as pd

import k8snetviz as knv

pd.options.display.max_colwidth = 80
pd.options.display.html.use_mathjax = False

snap = knv.sample("before")  # a quiet afternoon
during = knv.sample("during")  # forty minutes later
snap

# %% [markdown]
# ## One address per pod
#
# Every pod has an address of its own, one per family, unique in the cluster (NM-1). Count: there are as many different addresses as pods.
# Pods on the network of their node are left out (they share its address, NM-8), and so are finished ones (theirs may be in use again).
# %%
pods = snap.pods
own = pods[(pods["phase"] == "Running") & ~pods["host_network"]]
held = own[["namespace", "pod", "node"]].merge(snap.pod_addresses, on=["namespace", "pod"])
held.groupby("family").agg(pods=("pod", "size"), addresses=("address", "nunique"))

# %% [markdown]
# In this cluster the address comes from the range of the pod's node (NM-12, NM-13): there is one row per node, and the network of its pods
# is the range that the Node declares. Other network plugins hand out addresses otherwise (NM-14 to NM-16).
# %%
ranges = snap.ranges.rename(columns={"name": "node", "cidr": "declared"})
v4 = held[held["family"] == "IPv4"].merge(ranges, on=["node", "family"])
v4["network"] = v4["address"].str.rpartition(".")[0] + ".0/24"
v4.groupby(["node", "network", "declared"]).size().to_frame("pods").reset_index()

# %% [markdown]
# The whole plan of addresses, both families. Nothing overlaps. What no object declares is inferred from the addresses in use, and marked
# so.
# %%
knv.view.address_map(snap)

# %% [markdown]
# ## No translation between pods
#
# Any pod reaches any other at the other's own address (NM-2). What the data shows: every address that an EndpointSlice gives for a pod is
# the one that the pod itself reports. Nobody is handed a substitute.
# %%
slices = snap.slice_endpoints.rename(columns={"target": "pod"})
listed = slices[slices["target_kind"] == "Pod"].drop_duplicates(["namespace", "pod", "address"])
compared = listed.merge(snap.pod_addresses, how="left", indicator="held by the pod")
compared["held by the pod"].eq("both").value_counts().to_frame("addresses in slices")

# %% [markdown]
# What it cannot show: packets. No object says whether the network plugin rewrites them on the way (NM-4). Where Kubernetes itself changes
# the source address, by rule, the pictures below say *source changes*.
#
# ## Node agents reach their pods
#
# Agents run on every node and reach the pods there (NM-3). Those that are pods use the network of their node: their address *is* the
# node's (NM-8).
# %%
nodes = snap.node_addresses.rename(columns={"address": "node address"})
nodes = nodes[nodes["type"].eq("InternalIP") & nodes["family"].eq("IPv4")]
agents = pods[pods["host_network"]].merge(nodes, on="node")
agents[["workload", "workload_kind", "node", "address", "node address"]]

# %% [markdown]
# The kubelet is no pod. What it leaves in the data is its judgement: it probes the pods of its node and reports them Ready. During the
# incident the kubelet of node-c falls silent, and the control plane takes Ready from its pods, whatever their containers said last
# (EP-10). That is all one sees of it here; whether those pods still answer is not known.
# %%
during.pods.loc[during.pods["node"] == "node-c", ["pod", "host_network", "ready", "cause"]]

# %% [markdown]
# ## Containers of a pod share an address and must agree on ports
#
# They live in one network namespace: one address, one localhost, one set of ports (NM-1). In this pod two containers declare 9090. The API
# accepts that (CP-5); two processes that listen there cannot both have it.
# %%
web = own[own["workload"] == "web"].iloc[0]
ports = snap.container_ports[snap.container_ports["pod"] == web["pod"]]
twice = ports.duplicated(["port", "protocol"], keep=False)
ports.loc[twice, ["container", "role", "port_name", "port", "protocol"]]

# %%
knv.view.pod_inside(snap, f"{web['namespace']}/{web['pod']}")

# %% [markdown]
# ## A Service is a set of endpoints and a policy how to reach them
#
# The set: a controller turns the selector into EndpointSlices, some for each address family (EP-5). An endpoint has an address, a port and
# three conditions (EP-7).
# %%
chosen = snap.slice_endpoints[snap.slice_endpoints["service"] == "catalog"]
chosen[["slice", "address", "port_name", "port", "ready", "serving", "terminating", "node"]]

# %% [markdown]
# The policy: which of these endpoints a connection may take. The traffic policy Local keeps it on the node that received it (SV-17,
# SV-18), affinity keeps a client with its pod (SV-21), distribution prefers the near (SV-22), and not ready pods may be published (SV-20).
# %%
services = snap.services.set_index("service")
services = services.loc[["catalog", "checkout", "web", "gateway", "cache-peers"]]
columns = ["internal_traffic_policy", "external_traffic_policy", "session_affinity"]
services[[*columns, "traffic_distribution", "publish_not_ready"]].T

# %% [markdown]
# # The types
#
# One Service of each sort in this cluster. A NodePort is a ClusterIP with a port on every node, a LoadBalancer a NodePort with an address
# outside (SV-1). `managed` ones have a selector, so that a controller writes their endpoints (EP-0).
# %%
sorts = snap.services.drop_duplicates(["type", "headless", "managed"])
sorts[["namespace", "service", "type", "headless", "managed", "cluster_ip", "external_name"]]

# %% [markdown]
# ## ClusterIP
#
# A virtual address. The client's own node picks a pod, and the pod sees the client pod's address (KX-50). `shop/checkout` keeps a client
# with its pod.
# %%
knv.view.service_path(snap, "shop/checkout")

# %% [markdown]
# With the internal policy Local a client reaches only pods of its own node. While the gateway of node-c is not ready, clients there are
# dropped, though two gateways serve elsewhere (KX-32).
# %%
knv.view.service_path(during, "edge/gateway")

# %% [markdown]
# ## NodePort
#
# The same port on every node (KX-29). With the policy Cluster any node passes the connection on, even node-c, which has no pod of it. The
# price: the pod sees a node's address instead of the client's (KX-51).
# %%
knv.view.service_path(snap, "shop/orders")

# %% [markdown]
# The policy Local, a load balancer without node ports and an alias of an alias are not in the shop. `knv.load` takes YAML too:
# %%
extra = knv.load(b"""
kind: List
items:
- {kind: Node, metadata: {name: node-a}, status: {conditions: [{type: Ready, status: "True"}]}}
- {kind: Node, metadata: {name: node-b}, status: {conditions: [{type: Ready, status: "True"}]}}
- {kind: Pod, metadata: {name: web-0, namespace: shop, labels: {app: web}},
   spec: {nodeName: node-a, containers: [{name: web}]},
   status: {phase: Running, podIP: 10.244.1.4, conditions: [{type: Ready, status: "True"}]}}
- {kind: Service, metadata: {name: local, namespace: shop}, spec: {type: NodePort,
   externalTrafficPolicy: Local, clusterIP: 10.96.0.20, selector: {app: web},
   ports: [{port: 80, nodePort: 30080}]}}
- {kind: Service, metadata: {name: direct, namespace: shop}, spec: {type: LoadBalancer,
   allocateLoadBalancerNodePorts: false, clusterIP: 10.96.0.21, selector: {app: web},
   ports: [{port: 80}]}, status: {loadBalancer: {ingress: [{ip: 198.51.100.8}]}}}
- {kind: EndpointSlice, addressType: IPv4,
   metadata: {name: s-1, namespace: shop, labels: {kubernetes.io/service-name: local}},
   ports: [{port: 80}], endpoints: [{addresses: [10.244.1.4], nodeName: node-a}]}
- {kind: EndpointSlice, addressType: IPv4,
   metadata: {name: s-2, namespace: shop, labels: {kubernetes.io/service-name: direct}},
   ports: [{port: 80}], endpoints: [{addresses: [10.244.1.4], nodeName: node-a}]}
- {kind: Service, metadata: {name: mail, namespace: shop},
   spec: {type: ExternalName, externalName: relay.mail.svc.cluster.local}}
- {kind: Service, metadata: {name: relay, namespace: mail},
   spec: {type: ExternalName, externalName: smtp.example.net}}
""")
extra

# %% [markdown]
# With the external policy Local a node hands the connection to its own pods only, and the client's address stays (KX-52). A node without
# such a pod drops it (KX-36).
# %%
knv.view.service_path(extra, "shop/local")

# %% [markdown]
# ## LoadBalancer
#
# An address outside, from somebody who runs load balancers. This one has the policy Local: a health check port tells it to leave node-c
# out (SV-19). Whether it does is outside the snapshot.
# %%
knv.view.service_path(snap, "shop/web")

# %% [markdown]
# Pending: nobody has given an address (SV-50); here nobody implements the class it asks for (SV-14). Cluster address and node port exist
# all the same.
# %%
knv.view.service_path(snap, "edge/syslog")

# %% [markdown]
# Without node ports: for load balancers that need none (SV-13).
# %%
knv.view.service_path(extra, "shop/direct")

# %% [markdown]
# ## ExternalName
#
# A name for another name, in DNS only: no address, no proxy, no port mapping (DN-10). An alias may lead to a further alias; the second
# picture follows the chain to its end.
# %%
knv.view.service_path(snap, "shop/mail")

# %%
knv.view.service_path(extra, "shop/mail")

# %% [markdown]
# ## Headless
#
# No address of its own: DNS answers with the ready pods, and the client picks (DN-4). Pods of a StatefulSet have names of their own (DN-6,
# DN-24).
# %%
knv.view.service_path(snap, "data/db")

# %% [markdown]
# Members that must find one another early are published whether ready or not (DN-17): `cache-1` is terminating on the lost node and still
# listed.
# %%
knv.view.service_path(during, "data/cache-peers")

# %% [markdown]
# ## Dual stack
#
# Two addresses, and each family by itself (KX-2).
# %%
knv.view.service_path(snap, "shop/catalog")

# %% [markdown]
# It shows when one family breaks: this pod started while its node had lost its IPv6 range. IPv4 is served, IPv6 is refused (EP-6, KX-31).
# %%
knv.view.service_path(during, "shop/reviews")

# %% [markdown]
# ## Without selector
#
# No controller writes its endpoints (EP-0): here a person wrote down an address outside the cluster. The toolkit repeats what stands
# there; whether it answers is not known.
# %%
knv.view.service_path(snap, "data/legacy-crm")

# %% [markdown]
# # Your own
#
# `knv.view.service_path(snap, "ns/name")` draws any Service of a dump; `knv.explore(snap)` shows all at once. The notebook
# `03-why-no-endpoints` takes Services that do not serve and finds out why.
