"""Source of 03-why-no-endpoints.ipynb: eight Services that do not serve as they should, each for another reason."""

# %% [markdown]
# # Why has this Service no endpoints?
#
# Eight cases, each with another cause. Every one goes the same way: the **symptom** that somebody reports, **one call**, the **reason**
# read off its answer, the `kubectl` command that would **confirm** it, and the **fix**.
#
# The call is `knv.explain(snap, "namespace/service")`. The table below it is the endpoint ledger, `knv.backends`: one row per port, family
# and candidate. `expected` follows the rules of the endpoint controller, `observed` is what the EndpointSlices say, `drift` their
# difference. The rule ids (EP-1b and so on) are those of `docs/ledger.md`.
# %%
import pandas as pd

import k8snetviz as knv

pd.options.display.max_colwidth = 120
pd.options.display.html.use_mathjax = False

snap = knv.sample("during")  # yours: knv.load("dump.tar.gz")
shown = ["pod", "address", "target_port", "expected", "observed", "drift", "reason", "value"]
states = knv.service_states(snap)
broken = states[~states["state"].isin(["serving", "external"])]
broken[["namespace", "service", "state", "selected", "ready", "reason", "rule"]]

# %% [markdown]
# ## 1. The selector matches no pod
#
# **Symptom.** The cart answers 503. Nobody touched its pods: they run, and all are Ready.
# %%
explanation = knv.explain(snap, "shop/cart")
explanation

# %%
explanation.near_misses[["object_kind", "object", "key", "wanted", "found", "pods", "ready_pods"]].head(3)

# %% [markdown]
# **Reason.** `SELECTS_NOTHING`: the Service asks for `app=carts`. The nearest workload has `app=cart`, three pods, three ready: one
# letter.
#
# **Confirm.** `kubectl -n shop get pods -l app=carts` lists nothing.
#
# **Fix.** Give the Service its selector back; endpoints follow within seconds, no pod needs a restart.

# %% [markdown]
# ## 2. The pods live in another namespace
#
# **Symptom.** The new Service `shop/gifts` has never worked. Its selector is right to the letter. (The shop has no such case: these few
# objects make one.)
# %%
gifts = knv.load(b"""
kind: List
items:
- {kind: Namespace, metadata: {name: shop}}
- {kind: Namespace, metadata: {name: staging}}
- {kind: Service, metadata: {name: gifts, namespace: shop},
   spec: {clusterIP: 10.96.14.30, selector: {app: gifts}, ports: [{port: 80}]}}
- {kind: Pod, metadata: {name: gifts-0, namespace: staging, labels: {app: gifts}},
   spec: {nodeName: node-a, containers: [{name: app}]},
   status: {phase: Running, podIP: 10.244.1.70, conditions: [{type: Ready, status: "True"}]}}
""")
knv.explain(gifts, "shop/gifts")

# %% [markdown]
# **Reason.** `SELECTS_NOTHING` again, but the near miss is another: a pod with the wanted labels runs in `staging`. A Service selects pods
# of its own namespace only (EP-1a). Note what the answer does not claim: workloads and slices were not read, so it says *not known*.
#
# **Confirm.** `kubectl get pods -A -l app=gifts` shows where they are.
#
# **Fix.** Move the workload, or the Service; a Service cannot reach across namespaces by its selector.

# %% [markdown]
# ## 3. Nobody runs it
#
# **Symptom.** Search is down, and no alert has fired.
# %%
knv.explain(snap, "shop/search")

# %%
search = snap.workloads[snap.workloads["workload"].eq("search")]
search[["kind", "namespace", "workload", "replicas", "ready_replicas"]]

# %% [markdown]
# **Reason.** `SCALED_TO_ZERO`: the Deployment whose pods it would select wants none. The state is `empty`, not `down`: nothing is meant to
# answer.
#
# **Confirm.** `kubectl -n shop get deployment search` says 0/0.
#
# **Fix.** Scale it up, after asking who scaled it down.

# %% [markdown]
# ## 4. The target port has no such name
#
# **Symptom.** Since the rollout of 13:33 the orders answer 503. All three pods are Ready.
# %%
knv.explain(snap, "shop/orders")

# %%
knv.backends(snap, "shop/orders")[shown]

# %% [markdown]
# **Reason.** `PORT_UNRESOLVED`: the Service sends to the port named `http`; the new template calls it `http-api`. `target_port` is missing
# in every row. The pods do stand in the slice, without that port (EP-14): a look at addresses alone would not find it.
#
# **Confirm.** `kubectl -n shop get pod orders-76d64dc74d-2xk4p -o jsonpath='{.spec.containers[*].ports}'`
#
# **Fix.** Name the port `http` in the template again, or change `targetPort` in the Service.

# %% [markdown]
# ## 5. Pods are not ready
#
# **Symptom.** Payments are slow and some fail. A rollout is half through.
# %%
knv.explain(snap, "shop/payments")

# %%
payments = knv.backends(snap, "shop/payments")
payments.loc[payments["port_name"] == "grpc", shown]

# %% [markdown]
# **Reason.** `NOT_READY`, for two causes: one new pod crashes (`CrashLoopBackOff`), the other fails its readiness probe (the Event says
# 503). The two old pods carry everything. Not ready pods stand in the slices and get no traffic (EP-7).
#
# **Confirm.** `kubectl -n shop logs payments-59c7d5c78f-k2v9x -c app --previous`
#
# **Fix.** Roll back, then read those logs in peace.

# %% [markdown]
# ## 6. A pod has no address
#
# **Symptom.** The database has two members instead of three.
# %%
knv.explain(snap, "data/db")

# %%
knv.backends(snap, "data/db")[shown]

# %% [markdown]
# **Reason.** `NO_POD_IP`: without an address a pod is no endpoint (EP-1d). `db-2` is Pending, and the Event says why: two nodes are not
# where its volume is, the third is out of reach.
#
# **Confirm.** `kubectl -n data describe pod db-2`
#
# **Fix.** Bring node-c back, or another node into its zone.

# %% [markdown]
# ## 7. A pod is being deleted
#
# **Symptom.** The cache is half as large as it was, and its Service calls itself serving.
# %%
knv.explain(snap, "data/cache")

# %%
knv.backends(snap, "data/cache")[shown]

# %% [markdown]
# **Reason.** `TERMINATING`: `cache-1` has been marked for deletion (`value` is the time) on a node that is not ready, as the Event says.
# It stands in the slice as terminating and not serving, which gets no traffic (EP-7). The other member serves, so the Service does.
#
# **Confirm.** `kubectl -n data get pod cache-1 -o jsonpath='{.metadata.deletionTimestamp} {.metadata.finalizers}'`
#
# **Fix.** Bring the node back, or, once it is known to be off for good, delete its Node.

# %% [markdown]
# ## 8. The slice lists a pod that is gone
#
# **Symptom.** Every second price request times out, and the only pod is fine.
# %%
knv.explain(snap, "shop/pricing")

# %%
knv.backends(snap, "shop/pricing")[shown]

# %% [markdown]
# **Reason.** `DRIFT_STALE`: the slice still gives 10.244.2.38 as ready, and no pod holds that address (`NO_SUCH_POD`, EP-26). Here the
# fault is not in pods or selector but in the slice: its last write failed, as the Event of the Service says. That half of the requests go
# astray follows from two ready addresses; the snapshot itself counts no requests.
#
# **Confirm.** `kubectl -n shop get endpointslices -l kubernetes.io/service-name=pricing -o yaml`
#
# **Fix.** Find out why the controller cannot write; deleting the slice makes it write a new one.

# %% [markdown]
# ## And the others
#
# Four Services of the table above are left. Their reason stands in the same columns: a missing family, an image that does not exist, a
# readiness gate, a silent node.
# %%
rest = broken[broken["service"].isin(["reviews", "media", "checkout", "gateway"])]
rest[["service", "reason", "rule", "detail"]]

# %% [markdown]
# All of them in the explorer: choose a state or a reason, then a mark or a row, and the panel tells what `knv.explain` tells.
# %%
knv.explore(snap, select="shop/orders")

# %% [markdown]
# For your own dump: `knv.service_states(snap)` says which Services to ask about, `knv.explain` does the rest. The same on the command
# line: `k8snetviz states dump.tar.gz --broken` and `k8snetviz explain dump.tar.gz shop/cart`. Every reason is listed in `docs/ledger.md`.
