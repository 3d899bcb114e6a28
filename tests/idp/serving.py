"""What every stage with `vestibule serve` does alike: starts programs, waits until they are ready, reads what they said, and ends them."""

import shutil
import subprocess
import time
import urllib.request


class Serving:
    """Has `folder`, `port`, `processes` and `environment()` from the stage that extends it."""

    def start(self, name, words, cwd, is_ready, every=0.02):
        with open(self.folder / f"{name}.log", "ab") as log:
            process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment(), cwd=cwd)
        self.processes.append(process)
        end = time.monotonic() + 60
        while not is_ready():
            assert process.poll() is None and time.monotonic() < end, f"{name} did not start: {self.said(name)}"
            time.sleep(every)
        return process

    def is_ready(self):
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{self.port + 2}/readyz", timeout=5).status == 200
        except OSError:
            return False

    def certifies(self, name, *hosts):
        """Makes `name`.pem and `name`.key for these hosts, by an authority of their own, `name`-ca.pem."""
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        self.openssl(
            "req", "-x509", *key, "-keyout", f"{name}-ca.key", "-out", f"{name}-ca.pem", "-days", "2", "-subj", f"/CN={name}",
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign",
        )
        self.openssl("req", *key, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={hosts[0]}")
        names = ",".join(f"DNS:{host}" for host in hosts)
        (self.folder / f"{name}-names").write_text(f"subjectAltName={names}\nextendedKeyUsage=serverAuth\n")
        self.openssl(
            "x509", "-req", "-in", f"{name}.csr", "-CA", f"{name}-ca.pem", "-CAkey", f"{name}-ca.key", "-days", "2",
            "-out", f"{name}.pem", "-extfile", f"{name}-names",
        )

    def openssl(self, *words):
        subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True)

    def said(self, name):
        log = self.folder / f"{name}.log"
        return log.read_text(errors="replace")[-4000:] if log.exists() else ""

    def close(self):
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(40)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
