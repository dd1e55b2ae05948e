"""What broke, in words: of a connection that could not be made or did not last."""

from __future__ import annotations

import re
import socket
import ssl
from urllib.parse import urlsplit

from k8snetviz.model.printable import printable

_NUMBER = re.compile(r"\[Errno -?\d+\] ")
_LONGEST = 200
_PLAIN = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST")  # no TLS at the other end
_FILES = ("PEM", "X509")  # where the TLS library reads certificates and keys
_REFUSED_CERTIFICATE = ("CERTIFICATE_EXPIRED", "CERTIFICATE_REQUIRED", "BAD_CERTIFICATE", "CERTIFICATE_UNKNOWN", "UNKNOWN_CA")


class Lost(Exception):  # noqa: N818 - reads as what happened
    """The connection broke, or the answer ended early; asking again may help.

    `silent_s`: how long nothing had come before. `settled`: as things are, asking again does not help; only where the server was heard
    before, it may be a passing damage.
    """

    def __init__(self, problem: str, *, silent_s: float = 0.0, settled: bool = False) -> None:
        super().__init__(problem)
        self.silent_s = silent_s
        self.settled = settled


def lost(error: Exception, proxy: str | None) -> Lost:
    """Return what `error` of urllib3, ssl or a socket says; `proxy` is the URL of the one that was asked, if any."""
    inner = _innermost(error)
    if proxy and _is_of_proxy(error, inner):
        return Lost(f"the proxy {_place(proxy)} does not let it through: {_words(inner)}", settled=True)
    if isinstance(inner, ssl.SSLCertVerificationError):
        return Lost(_untrusted(inner.verify_message or str(inner)), settled=True)
    if isinstance(inner, ssl.SSLError):
        reason = inner.reason or ""
        if any(word in reason for word in _REFUSED_CERTIFICATE):
            told = reason.lower().replace("_", " ")
            return Lost(f"the server does not take the client certificate of the kubeconfig ({told})", settled=True)
        if inner.library in _FILES:
            told = reason.lower().replace("_", " ")
            return Lost(f"a certificate or key of the kubeconfig does not read as one ({told})", settled=True)
        if reason in _PLAIN:
            return Lost("it does not speak TLS there; check the server of the kubeconfig", settled=True)
    if isinstance(inner, (FileNotFoundError, PermissionError)) and inner.filename:
        return Lost(f"{inner.filename} cannot be read: {inner.strerror}", settled=True)
    if type(inner) in (ValueError, UnicodeEncodeError):  # of http.client; its own words would tell the credentials
        return Lost("the credentials, or the user to act as, hold characters that no request may carry", settled=True)
    return Lost(_words(inner))


def _untrusted(why: str) -> str:
    """Return what is wrong with the certificate of the server, and what to check."""
    if "mismatch" in why or "not valid for" in why:
        return f"its certificate is for another name ({why.rstrip('.')}); check tls-server-name of the kubeconfig"
    if "expired" in why:
        return f"its certificate ran out ({why})"
    return f"its certificate is not of the CA that the kubeconfig names ({why}); check certificate-authority"


def _is_of_proxy(error: Exception, inner: Exception) -> bool:
    """Tell whether the proxy is to blame, not the server behind it."""
    import urllib3

    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, urllib3.exceptions.ProxyError):
            return True
        seen = getattr(seen, "reason", None) or seen.__cause__ or seen.__context__
        seen = seen if isinstance(seen, Exception) else None
    return "Tunnel connection failed" in str(inner)


def _innermost(error: Exception) -> Exception:
    while (inner := getattr(error, "reason", None) or error.__cause__ or error.__context__) is not None and isinstance(inner, Exception):
        error = inner
    return error


def _words(error: Exception) -> str:
    """Return the words of an error, without addresses of memory and numbers of errors."""
    text = error.strerror if isinstance(error, socket.gaierror) and error.strerror else _NUMBER.sub("", str(error))
    return printable(text.rpartition(">: ")[2] or type(error).__name__, limit=_LONGEST)


def _place(proxy: str) -> str:
    """Return host and port of a proxy, never its credentials."""
    return urlsplit(proxy).netloc.rpartition("@")[2] or "of the kubeconfig"
