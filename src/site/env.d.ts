/// <reference types="astro/client" />
/// <reference types="@astrojs/starlight" />
/// <reference types="@astrojs/starlight/locals" />
