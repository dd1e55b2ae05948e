"""Source of 01-first-look.ipynb: a tour of one snapshot that runs on any dump."""

# %% [markdown]
# # A first look at a snapshot
#
# A shop on three nodes, in the middle of an incident: customers report errors at several places. Somebody ran `kubectl get ... -A -o json`
# and mailed the file.
#
# **Your own dump:** put a file, directory or archive into `knv.load(...)` in the next cell and run everything.
# %%
import pandas as pd

import k8snetviz as knv

pd.options.display.max_colwidth = 200
pd.options.display.html.use_mathjax = False

snap = knv.sample("during")  # yours: knv.load("dump.tar.gz")
snap

# %% [markdown]
# ## What is not known
#
# What was not collected, refused or cut off is a row of `snap.gaps`. Whatever depends on it answers `unknown`, never "none". No row: all
# is there.
# %%
snap.gaps

# %% [markdown]
# ## What does not serve, and the first reason
#
# One row per Service. `ready` counts the backends that serve at least one port. The worst stands first.
# %%
states = knv.service_states(snap)
states["state"].value_counts().to_frame("Services")

# %%
broken = states[~states["state"].isin(["serving", "external"])].sort_values("ready", kind="stable")
broken[["namespace", "service", "state", "ready", "reason", "detail"]]

# %%
ranked = pd.concat([broken, states])
named = ranked["namespace"] + "/" + ranked["service"]
service = next(iter(named), None)  # or another one of the table; None where no Service was read
service

# %% [markdown]
# ## The explorer
#
# One picture of the whole, with its table. It opens on the worst Service.
#
# - **Narrow it**: choose a state, a namespace, a type, a reason or a node, or type into the search.
# - **Choose** a mark or a row: the path lights up, and the panel says the reason, its evidence, and the command that confirms it.
# - It needs no kernel: saved, mailed or exported, it stays alive.
# %%
explorer = knv.explore(snap, select=service)
explorer

# %% [markdown]
# `explorer.selection` is what is chosen, as rows of the endpoint ledger. A Service that selects no pod has no row: then the table is
# empty. Choose something else above and run the next cell again.
# %%
explorer.selection[["namespace", "service", "port", "pod", "address", "observed", "reason"]]

# %% [markdown]
# It can be set, too: to a Service (`"shop/payments"`), to rows of the ledger, or to `None`. The table scrolls there.
# %%
backends = knv.backends(snap)
explorer.selection = backends[backends["reason"] == "NOT_READY"]
explorer.selection[["service", "port", "family", "pod", "value"]]

# %% [markdown]
# ## One Service explained
#
# The state, the first reason, what came near, and the command that would confirm it.
# %%
knv.explain(snap, service) if service else "no Service was read"

# %% [markdown]
# ## Where the backends run
#
# One column per node (per zone where nodes are many). What stands in one place only stands out.
# %%
knv.view.placement(snap, states=states, backends=backends)

# %% [markdown]
# ## What the EndpointSlices say, and what they should say
#
# `expected` follows the rules of the endpoint controller, `observed` is what the EndpointSlices show, `drift` is the difference.
# %%
drifted = backends[backends["drift"] != "none"]
drifted[["service", "pod", "address", "expected", "observed", "drift", "reason", "value"]]

# %% [markdown]
# ## Who holds an address
#
# An address from a log line: everything that holds or covers it.
# %%
address = next(iter(pd.concat([drifted, backends])["address"].dropna()), None)  # or "10.244.1.7"
knv.owners(snap, address) if address else "no backend has an address"

# %% [markdown]
# ## Passing it on
#
# Save and mail this notebook: whoever opens it sees the tables, and the explorer works without a kernel and without a cluster. `k8snetviz
# share` makes one HTML page of it, `knv.report(snap, "review.html")` a page of the snapshot alone, `snap.save("prod.k8snet")` a small file
# that `knv.load` reads back. None of them holds environment values, arguments or Secrets.
