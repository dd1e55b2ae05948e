"""Source of 05-incident-review.ipynb: what broke in the shop, why, since when and for whom, for people who were not there."""

# %% [markdown]
# # Forty minutes in the shop: an incident review
#
# On 22 November 2026, between 13:24 and 14:03 UTC, ten of the twenty-one Services of a shop stopped serving as they should. Two
# snapshots are all that is left of it: one from a quiet afternoon, one from the middle of the incident. This review was written from
# them, by somebody who was not there either. Everything below is computed from these two files; it needs neither the cluster nor a
# kernel to be read.
#
# The shop is invented, see `data/README.md`; `knv.load("before.k8snet")` in place of `knv.sample` makes the same of two files of yours.
# %%
import k8snetviz as knv

before, during = knv.sample("before"), knv.sample("during")
review = knv.incident([before, during])
review

# %% [markdown]
# There is no single cause. About ten things changed within forty minutes that no other change explains, which is the first finding:
# several rollouts, an edit by hand and a lost node came together, and each hid the others.
#
# ## What was hit, and since when
#
# `first sign` is the earliest thing that carries a time. The cart has none: nobody writes an Event when a Service is edited.
# %%
review.hit

# %% [markdown]
# ## For whom
#
# Customers lost the **cart** (`shop.example/cart`) and clients of the API the **orders** entirely; search answers nobody, and the
# checkout runs on one of two pods. Payments, media, pricing, reviews and the database are not reachable from outside: those who noticed
# were the Services that call them.
# %%
review.whom

# %% [markdown]
# ## First causes
#
# In bold what changed by itself; below it what follows from that. Pods that a rollout renewed are one line, however many they are.
# %%
review.causes

# %% [markdown]
# Read as a story:
#
# 1. **13:31** Payments is rolled out. One new pod crashes, the other fails its probe; the rollout stops half way, with two of four
#    backends.
# 2. **13:33** Orders is rolled out. Its template calls the port `http-api`, the Service asks for `http`: all three pods are ready, and none
#    of them is an endpoint of that port. **Down.**
# 3. **13:36** Media is rolled out with an image that the registry does not have. The old pod still serves.
# 4. **13:41** Reviews is restarted; its new pod has no IPv6 address, so one of two families has no backend.
# 5. **13:44** Search is scaled to zero. Nothing is broken there; somebody decided it.
# 6. **13:47** The node `node-c` falls silent. With it go one backend each of the gateway, the cache and the database.
# 7. **13:50** A load balancer finds one pod of checkout unhealthy, and its readiness gate takes it out.
# 8. **after 13:24** The selector of the cart is edited from `cart` to `carts`. No pod has that label. **Down**, with three healthy pods
#    beside it.
# 9. **13:58** Pricing is scaled down, and its slice is not written any more: half of the requests go to an address that no pod holds.
#
# ## What happened, in the order of time
# %%
review.happened

# %% [markdown]
# ## Before and after
#
# The slider above the explorer goes from one moment to the other; *changed since* keeps only what differs. It works in this page.
# %%
knv.explore([before, during], select="shop/cart")

# %% [markdown]
# ## Two that were down
#
# The cart first: the whole difference between three backends and none is one letter.
# %%
changes = knv.diff(before, during)
cart = changes[changes["namespace"].eq("shop") & changes["name"].str.startswith("cart")]
cart[["kind", "name", "change", "field", "before", "after", "cause", "cause_field"]]

# %% [markdown]
# `cause` names the object whose change explains the row; the selector itself has none, so it is a first cause. The fix is to give the
# Service its selector back; endpoints follow within seconds.
#
# The orders look healthy to whoever counts ready pods. Only the ledger shows that no pod declares the port:
# %%
knv.explain(during, "shop/orders")

# %% [markdown]
# ## Backends lost and gained
# %%
review.backends

# %% [markdown]
# ## What to look at next
#
# One command for each Service, which changes nothing. In this order: the cart and the orders are down and one edit away from serving;
# then `node-c`, which holds a backend of three Services; then the half rollouts, which can be rolled back in peace.
# %%
review.next_steps

# %% [markdown]
# ## Open questions
#
# What these files cannot tell is as much a part of a review as what they can.
# %%
review.questions

# %% [markdown]
# - When exactly was the selector of the cart edited, and by whom? The audit log has it.
# - Who scaled search to zero, and was it meant?
# - Why did `node-c` fall silent? Nothing in the two snapshots says more than that it did.
# - Did the load balancer time out for the same reason as payments? The two are not connected by anything that was read.
#
# ## Appendix: sources and checksums
# %%
review.sources

# %% [markdown]
# The same for two files of yours, as a notebook with its page, or as one page: `k8snetviz review before.k8snet after.k8snet -o
# incident.ipynb`, `k8snetviz report before.k8snet after.k8snet -o incident.html`. `docs/review.md` says how a team writes its own
# template.
