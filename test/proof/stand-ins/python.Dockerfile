# Stands in for python:3.14-slim: the interpreter under /usr/local, as in the official image.
FROM stand-in/root
RUN mkdir -p /usr/local/lib /usr/local/bin \
    && cp -a /usr/lib/python3.14 /usr/local/lib/ && rm -f /usr/local/lib/python3.14/EXTERNALLY-MANAGED \
    && cp /usr/bin/python3.14 /usr/local/bin/python3.14 \
    && ln -s python3.14 /usr/local/bin/python3 && ln -s python3.14 /usr/local/bin/python \
    && cp -a /usr/lib/*-linux-gnu/libpython3.14.so.1.0 /usr/local/lib/ && ldconfig \
    && rm -f /usr/bin/python3 /usr/bin/python3.14
COPY ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
CMD ["python3"]
