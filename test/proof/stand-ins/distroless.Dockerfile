# Stands in for gcr.io/distroless/cc: glibc, its compiler runtimes, certificates and time zones; no shell, no package manager.
FROM stand-in/root AS root
COPY ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
RUN mkdir /base && for package in base-files libc6 libgcc-s1 libstdc++6 libgomp1 libssl3t64 ca-certificates tzdata netbase; do \
      dpkg --listfiles "$package" | grep -vE '^/(\.|usr/(share/(doc|man|locale)|s?bin)(/|$))' | tar --no-recursion -cf - -T - | tar -xf - -C /base; \
    done \
    && cp -a --parents /etc/ssl/certs /base && mkdir -p -m 1777 /base/tmp \
    && printf 'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n' > /base/etc/passwd
FROM scratch
COPY --from=root /base /
USER 65532
