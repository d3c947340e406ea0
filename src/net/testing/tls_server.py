"""A TLS server for tests: tls_server.py FOLDER.

Makes an authority of its own with a certificate for `localhost` and one for a client, all in
FOLDER, serves on two ports of 127.0.0.1 (any client; only clients with a certificate), prints both
ports and ends when its input does. The answer's body is the name in the client's certificate.
"""

import http.server
import pathlib
import ssl
import subprocess
import sys
import threading

folder = pathlib.Path(sys.argv[1])


def openssl(*words):
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


def make_key(name):
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-out", f"{name}.key")


def make_certificate(name, subject, extensions):
    make_key(name)
    (folder / f"{name}.ext").write_text(extensions)
    openssl("req", "-new", "-key", f"{name}.key", "-subj", f"/CN={subject}", "-out", f"{name}.csr")
    openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
            "-CAcreateserial", "-days", "2", "-extfile", f"{name}.ext", "-out", f"{name}.pem")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        peer = self.connection.getpeercert() or {}
        names = [value for part in peer.get("subject", ()) for key, value in part
                 if key == "commonName"]
        body = (names[0] if names else "nobody").encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass  # a client that turns away is what the tests want


def serve(wants_client_certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    if wants_client_certificate:
        context.load_verify_locations(folder / "ca.pem")
        context.verify_mode = ssl.CERT_REQUIRED
    server = Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True,
                                        do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


make_key("ca")
openssl("req", "-x509", "-new", "-key", "ca.key", "-subj", "/CN=Test authority", "-days", "2",
        "-out", "ca.pem")
make_certificate("server", "localhost", "subjectAltName=DNS:localhost\n")
make_certificate("client", "a client", "extendedKeyUsage=clientAuth\n")
openssl("ec", "-in", "client.key", "-aes256", "-passout", "pass:open sesame", "-out", "locked.key")
print(serve(False), serve(True), flush=True)
sys.stdin.read()
