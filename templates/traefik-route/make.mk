GATEWAY_SECRETS := $(patsubst %/gateway,%/.secrets,$(abspath $(firstword $(wildcard gateway ../gateway ../../gateway))))

secrets: $(GATEWAY_SECRETS)/api-keys $(GATEWAY_SECRETS)/oidc-client-secret $(GATEWAY_SECRETS)/oidc-cookie-secret

# A random key needs no slow hash: it cannot be guessed.
$(GATEWAY_SECRETS)/api-keys:
	@mkdir -p -m 700 $(@D)
	@python3 -c 'import base64, hashlib, secrets, sys; key = secrets.token_urlsafe(32); \
	open(sys.argv[1], "w").write(key); \
	print("local:{SHA}" + base64.b64encode(hashlib.sha1(key.encode()).digest()).decode())' $(@D)/api-key-local > $@

$(GATEWAY_SECRETS)/oidc-client-secret:
	@mkdir -p -m 700 $(@D)
	@printf 'the secret of OIDC_CLIENT_ID, from the issuer' > $@

$(GATEWAY_SECRETS)/oidc-cookie-secret:
	@mkdir -p -m 700 $(@D)
	@python3 -c 'import secrets; print(secrets.token_hex(16), end="")' > $@
