"""Makes a folder that runs without Python, its licences and its bill of materials, and the Linux packages of it."""
